"""`sam build` and `sam deploy`, as for AWS, and what the engine leaves out."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from compileall import compile_dir
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode

from tools.local_engine.commands import run
from tools.local_engine.engine import Engine, Report
from tools.local_engine.environment import BUILT, LOCAL, REGION, ROOT, SAM, architecture, build_environment
from tools.local_stack.api_keys import keys_for
from tools.local_stack.consumers import suit_the_machine
from tools.local_stack.parameters import complete, overrides
from tools.local_stack.routes import create_routes
from tools.local_stack.schedules import tell_api_url
from tools.local_stack.stack import Stack, physical_names, resources
from tools.local_stack.template import load_template

# A function that calls another service fails here until it is added.
_CALLED = {"dynamodb", "kms", "lambda", "sns", "sqs"}


def build() -> None:
    """`sam build` for this machine's processor; quick when nothing has changed. Raises `LocalEngineError`."""
    folders = ["--build-dir", str(BUILT), "--cache-dir", str(LOCAL / "cache")]
    with _alone():
        run(
            ["sam", "build", *folders, "--parameter-overrides", f"Architecture={architecture()}"],
            environment=build_environment(),
            log=LOCAL / "build.log",
        )
        _lighten(BUILT / "DependenciesLayer")
        _compile(BUILT / "ConsoleDependenciesLayer")


def deploy(
    engine: Engine,
    stack_name: str,
    parameters: Mapping[str, str] | None = None,
    report: Report = lambda _: None,
    *,
    keys: Mapping[str, str] | None = None,
) -> Stack:
    """Deploys what was built, beside any other stack on this engine; again and again if you like.

    `parameters` are those that differ from a local stack's. `keys` (by role) are kept where the stack knows them; else
    there are new ones each time. Raises `LocalEngineError`.
    """
    values = overrides(complete(parameters or {}))
    files = ["--template-file", str(BUILT / "template.yaml"), "--config-file", str(ROOT / "samconfig.toml")]
    progress = _Progress(report)
    with _alone():
        run(
            ["sam", "deploy", *files, "--stack-name", stack_name, "--no-progressbar", "--parameter-overrides", *values],
            environment={**engine.environment(), **SAM},
            log=engine.home / f"deploy-{stack_name}.log",
            line=progress.read,
        )
    return _finish(engine, stack_name, keys or {})


def _finish(engine: Engine, stack_name: str, keys: Mapping[str, str]) -> Stack:
    found = resources(engine, stack_name)
    names = physical_names(found)
    (api_id,) = [one["PhysicalResourceId"] for one in found if one["ResourceType"] == "AWS::ApiGatewayV2::Api"]
    processed = engine.client("cloudformation").get_template(StackName=stack_name, TemplateStage="Processed")
    body = processed["TemplateBody"]["Resources"]["HttpApi"]["Properties"]["Body"]
    create_routes(engine, api_id, body, names["functions"])
    api_url = f"{engine.url}/_aws/execute-api/{api_id}/$default"
    tell_api_url(engine, stack_name, names["functions"].values(), api_url)
    suit_the_machine(engine, names["functions"])
    return Stack(
        api_url=api_url,
        console_url=console_url(engine, api_id),
        engine_url=engine.url,
        region=REGION,
        keys=keys_for(engine, names["tables"]["KeyTable"], keys),
        stack_name=stack_name,
        **names,
    )


def console_url(engine: Engine, api_id: str) -> str:
    """Where a browser finds the console.

    By a host name, because the links of its pages and the path of its cookie begin at the root, as on AWS. Chrome, Edge
    and Firefox send every name below `localhost` to this machine, without a name server.
    """
    return f"http://{api_id}.execute-api.localhost:{engine.port}/console"


class _Progress:
    """Counts the resources in what `sam deploy` prints, so that somebody who waits sees it move."""

    def __init__(self, report: Report) -> None:
        self._tell = report
        self._done = 0
        self._expected = len(load_template()["Resources"])

    def read(self, line: str) -> None:
        if line.startswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")):
            self._done += 1
            self._tell(f"{self._done} resources of about {self._expected}")


def _lighten(layer: Path) -> None:
    """Spares the engine work: it unpacks the layer for each cold start anew, and all share one machine.

    Takes out the descriptions of those AWS services that no function calls (half of all files), and compiles the rest.
    """
    for service in (layer / "python" / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in _CALLED:
            shutil.rmtree(service)
    _compile(layer)


def _compile(layer: Path) -> None:
    """Compiles a layer's modules, without a look at the sources' times, because unpacking changes them.

    The same input gives the same bytes, so that a second deploy still finds nothing to change.
    """
    compile_dir(layer, quiet=1, stripdir=layer, prependdir="/opt", invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


@contextmanager
def _alone(lock: Path = LOCAL / "sam.lock") -> Iterator[None]:
    """One at a time: they all share the folder that SAM builds into."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
