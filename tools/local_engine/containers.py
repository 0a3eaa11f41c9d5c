"""`sam local invoke` with the running local stack behind it: each function in a container, as on AWS.

SAM hands a container only the variables that the template names. So this writes a second template beside the built one,
whose functions also get the engine's address and the stack's own names.
"""

import json
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import docker  # type: ignore[import-untyped] # it ships no types
from docker.errors import DockerException  # type: ignore[import-untyped] # likewise
from samcli.yamlhelper import yaml_dump, yaml_parse  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.commands import run
from tools.local_engine.engine import Engine
from tools.local_engine.errors import LocalEngineError
from tools.local_engine.house import BUILT, LOCAL, ROOT, architecture, aws_environment, build_environment
from tools.local_engine.relay import relay
from tools.local_engine.stack import Stack

EVENTS = ROOT / "events"
_INSIDE = "host.docker.internal"  # what containers call this machine


def invoke(engine: Engine, stack: Stack, event: Path) -> str:
    """Invokes the function that the event's name begins with; what it answered, as text. Raises `LocalEngineError`.

    Needs a Docker engine, and Lambda's image of Python in it (SAM pulls no image here).
    """
    function = function_of(event)
    variables = variables_of(engine, stack, function)
    log = LOCAL / "invoke" / f"{event.stem}.log"
    answers: list[str] = []
    with relay(_bridge(), engine.port) as port:
        inside = f"http://{_INSIDE}:{port}"
        template = _template(_localized_variables(variables, stack.engine_url, inside), inside)
        there = localized(event, stack.api_url.replace(stack.engine_url, inside))
        command = ["sam", "local", "invoke", function, "--event", str(there), "--template", str(template)]
        where = ["--skip-pull-image", "--add-host", f"{_INSIDE}:host-gateway"]
        run(
            [*command, *where, "--parameter-overrides", *_parameters(variables)],
            environment={**build_environment(), **_credentials(engine)},
            log=log,
            line=answers.append,
        )
    found = [line for line in answers if line.startswith(("{", "null")) and not _is_log(line)]
    if not found:
        raise LocalEngineError(f"{function} did not answer {event.name}; see {log.relative_to(ROOT)}")
    return found[-1].strip()


def function_of(event: Path) -> str:
    """`events/dead_letter_failed.json` is for `DeadLetterFunction`."""
    folders = sorted((folder.parent.name for folder in (ROOT / "functions").glob("*/app.py")), key=len, reverse=True)
    name = next((folder for folder in folders if event.stem.startswith(f"{folder}_")), None)
    if name is None:
        raise LocalEngineError(f"{event.name} is for no function: its name begins with one of {', '.join(folders)}")
    return "".join(part.capitalize() for part in name.split("_")) + "Function"


def is_missing(stack: Stack, event: Path) -> bool:
    """Whether the stack does without the event's function: the canary is under a condition."""
    return function_of(event) not in stack.functions


def localized(event: Path, api_url: str) -> Path:
    """The same event, with the local API's address where it names the API's."""
    content = json.loads(event.read_text(encoding="utf-8"))
    if "apiUrl" not in content:
        return event
    written = LOCAL / "invoke" / event.name
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps({**content, "apiUrl": api_url}), encoding="utf-8")
    return written


def variables_of(engine: Engine, stack: Stack, function: str) -> dict[str, str]:
    """The function's environment as it is deployed."""
    deployed = engine.client("lambda").get_function_configuration(FunctionName=stack.functions[function])
    return dict(deployed["Environment"]["Variables"])


def _localized_variables(variables: dict[str, str], engine_url: str, inside: str) -> dict[str, str]:
    """The same variables, with the address that a container calls where one names the API's."""
    return {name: text.replace(engine_url, inside) if name == "API_URL" else text for name, text in variables.items()}


def _bridge() -> str:
    """The address of this machine as its containers see it."""
    try:
        bridge = docker.from_env().networks.get("bridge")
    except DockerException as fault:
        raise LocalEngineError(f"no Docker engine answers ({fault}): start one first") from None
    plan = bridge.attrs["IPAM"]["Config"][0]
    return str(plan.get("Gateway") or ip_network(plan["Subnet"])[1])


def _template(variables: dict[str, str], endpoint_url: str) -> Path:
    template: dict[str, Any] = yaml_parse((BUILT / "template.yaml").read_text(encoding="utf-8"))
    template["Globals"]["Function"]["Environment"]["Variables"] = {**variables, "AWS_ENDPOINT_URL": endpoint_url}
    for resource in template["Resources"].values():  # what a function alone has is among these variables
        if isinstance(resource, dict):  # and no loop
            resource.get("Properties", {}).pop("Environment", None)
    written = BUILT / "template-of-containers.yaml"
    written.write_text(yaml_dump(template), encoding="utf-8")
    return written


def _parameters(variables: dict[str, str]) -> list[str]:
    """What decides which functions there are, and for which machine."""
    return [f"Architecture={architecture()}", f"CanaryPartnerId={variables['CANARY_PARTNER_ID']}"]


def _credentials(engine: Engine) -> dict[str, str]:
    aws = aws_environment(engine.url)
    return {name: aws[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")}


def _is_log(line: str) -> bool:
    """Whether it is a line of the function's log and not its answer."""
    try:
        content = json.loads(line)
    except ValueError:
        return True
    return isinstance(content, dict) and bool({"level", "_aws"} & {name.lower() for name in content})
