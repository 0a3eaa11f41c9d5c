"""The template's parameters for a local stack."""

import shlex
from collections.abc import Mapping

from tools.local_engine.environment import architecture
from tools.local_engine.errors import LocalEngineError
from tools.local_stack.template import load_template


def parse(text: str) -> dict[str, str]:
    """Reads what stands in `make up PARAMS="Ladder='1s 2s 3s' AttemptTimeout=2"`."""
    try:
        pairs = [word.partition("=") for word in shlex.split(text)]
    except ValueError as fault:
        raise LocalEngineError(f"PARAMS cannot be read ({fault}): {text}") from fault
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise LocalEngineError(f"PARAMS is Name=value, a value with spaces in quotes; wrong: {' '.join(wrong)}")
    return {name: value for name, _, value in pairs}


def overrides(values: Mapping[str, str]) -> list[str]:
    """The values as `sam deploy --parameter-overrides` reads them: in quotes, in which an empty one may stand as well.

    An empty one is said too: what is left out keeps the value of the deploy before.
    """
    return [f'{name}="{value.replace('"', '\\"')}"' for name, value in values.items()]


def complete(wanted: Mapping[str, str]) -> dict[str, str]:
    """All of the template's parameters: those wanted, this machine's, the defaults.

    All, because a deploy keeps the values of the one before for what it is not told.
    """
    defaults = {name: str(one["Default"]) for name, one in load_template()["Parameters"].items()}
    if unknown := sorted(set(wanted) - set(defaults)):
        raise LocalEngineError(f"the template has no parameter {', '.join(unknown)}; it has {', '.join(defaults)}")
    local = {"Stage": "local", "Architecture": architecture(), "AllowPrivateEndpoints": "true"}
    return {**defaults, **local, **wanted}
