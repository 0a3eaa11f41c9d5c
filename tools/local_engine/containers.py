"""`make invoke`: each event through its function in a container, by `sam local invoke` as anybody may type it."""

import json
import re
from pathlib import Path
from typing import Any

from tools.local_engine.commands import run
from tools.local_engine.engine import Engine
from tools.local_engine.environment import LOCAL, ROOT, build_environment
from tools.local_engine.errors import LocalEngineError
from tools.local_engine.sam_local import inside
from tools.local_stack.stack import Stack
from tools.local_stack.template import load_template

EVENTS = ROOT / "events"


def invoke(engine: Engine, stack: Stack, event: Path) -> str:
    """Invokes the function that the event's name begins with; what it answered, as text. Raises `LocalEngineError`.

    Needs a Docker engine, and what `make up` wrote.
    """
    function = function_of(event)
    log = LOCAL / "invoke" / f"{event.stem}.log"
    answers: list[str] = []
    there = localized(event.resolve(), stack.api_url.replace(stack.engine_url, inside(engine)))
    run(
        ["sam", "local", "invoke", function, "--event", str(there)],
        environment=build_environment(),
        log=log,
        line=answers.append,
    )
    found = [line for line in answers if line.startswith(("{", "null")) and not _is_log(line)]
    if not found:
        raise LocalEngineError(f"{function} did not answer {event.name}; see {log.relative_to(ROOT)}")
    return found[-1].strip()


def function_of(event: Path) -> str:
    """`events/dead_letter_failed.json` is for `DeadLetterFunction`."""
    resources: dict[str, dict[str, Any]] = load_template()["Resources"]
    functions = {_in_snake_case(name): name for name, one in resources.items() if _is_function(one)}
    names = sorted(functions, key=len, reverse=True)
    beginning = next((name for name in names if event.stem.startswith(f"{name}_")), None)
    if beginning is None:
        raise LocalEngineError(f"{event.name} is for no function: its name begins with one of {', '.join(names)}")
    return functions[beginning]


def _is_function(resource: dict[str, Any]) -> bool:
    return bool(resource["Type"] == "AWS::Serverless::Function")


def _in_snake_case(function: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function.removesuffix("Function")).lower()


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


def _is_log(line: str) -> bool:
    """Whether it is a line of the function's log and not its answer."""
    try:
        content = json.loads(line)
    except ValueError:
        return True
    return isinstance(content, dict) and bool({"level", "_aws"} & {name.lower() for name in content})
