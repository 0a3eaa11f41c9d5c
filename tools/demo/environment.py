"""A local engine with the stack on it, and clients for both. What was started here is stopped here."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tools.common.api_client import ApiClient
from tools.common.stack.stack_file import STACK_FILE
from tools.common.target import Target
from tools.demo.scenarios import LADDER
from tools.demo.timeline import Timeline
from tools.local_engine.engine import Engine
from tools.local_engine.environment import LOCAL, ROOT
from tools.local_stack.deploying import build, deploy
from tools.local_stack.stack import Stack

STACK_NAME = "herald"
PARAMETERS = {"Ladder": LADDER, "AttemptTimeout": "2"}


class PollFailed(Exception):
    """The dispatcher failed; the text is what it said."""


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    """A running engine and the stack on it."""

    engine: Engine
    stack: Stack

    def api(self, role: str) -> ApiClient:
        """The API with the key of this role."""
        return ApiClient(Target(self.stack.api_url, self.stack.keys[role]), requests.Session())

    def poll(self) -> dict[str, Any]:
        """One poll now: what EventBridge Scheduler would do. The dispatcher's answer. Raises `PollFailed`."""
        response = self.engine.client("lambda").invoke(FunctionName=self.stack.functions["DispatcherFunction"])
        said = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise PollFailed(said.get("errorMessage", str(said)))
        return dict(said)


@contextmanager
def start_environment(timeline: Timeline, *, keep: bool) -> Iterator[DemoEnvironment]:
    """Builds and deploys onto an engine of its own; afterwards stops it, unless it is to be kept."""
    home = _home()
    with timeline.busy("sam build"):
        build()
    timeline.report("set-up", "built: `sam build`, as for AWS, for this machine's processor")
    with timeline.busy("the local engine starts"):
        engine = Engine.start(home)
    timeline.report("set-up", f"the local engine stands in for AWS at {engine.url}")
    try:
        yield _deploy(engine, timeline)
    finally:
        if not keep:
            with timeline.busy("the local engine stops"):
                engine.stop()
            (home / STACK_FILE.name).unlink(missing_ok=True)


def _deploy(engine: Engine, timeline: Timeline) -> DemoEnvironment:
    with timeline.busy("sam deploy") as busy:
        stack = deploy(engine, STACK_NAME, PARAMETERS, busy.progress)
    stack.save(engine.home / STACK_FILE.name)
    timeline.report("set-up", f"deployed: `sam deploy` of template.yaml, with the ladder {LADDER}")
    return DemoEnvironment(engine, stack)


def deploy_beside(
    environment: DemoEnvironment, stack_name: str, parameters: Mapping[str, str], timeline: Timeline
) -> DemoEnvironment:
    """Another stack of what was built, on the same engine; it ends with that. Raises `LocalEngineError`."""
    with timeline.busy(f"sam deploy of {stack_name}") as busy:
        return DemoEnvironment(environment.engine, deploy(environment.engine, stack_name, parameters, busy.progress))


def _home() -> Path:
    """The repository's usual place; beside it where `make up` runs already. What an earlier demo kept there ends."""
    if Engine.find(LOCAL) is None:
        return LOCAL
    home = LOCAL / "demo"
    home.mkdir(exist_ok=True)
    if kept := Engine.find(home):
        kept.stop()
    return home


def relative_path(path: Path) -> str:
    """The path as somebody in the repository's folder would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
