"""All checks of a translated template, with several sets of parameters."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.support.aws_template import alarms, dashboards, graph, iam, properties, wiring
from tests.support.aws_template.stack import EVERYTHING, LONGEST_STACK_NAME, Stack

# CloudFormation's quotas
_RESOURCES, _PARAMETERS, _OUTPUTS, _MAPPINGS = 500, 200, 200, 200
_BODY, _DESCRIPTION, _NAME = 1_048_576, 1_024, 255  # bytes, bytes, characters
SETS: Mapping[str, Mapping[str, str]] = {
    "defaults": {},
    "everything": {**EVERYTHING, "DispatchEvery": "1"},
    "ceiling": {"MaxWritesPerSecond": "4000"},
    "local": {"Stage": "local", "AllowPrivateEndpoints": "true", "CanaryPartnerId": "900001"},
}


def faults(template: Mapping[str, Any], sets: Iterable[str] = tuple(SETS)) -> list[str]:
    """Each fault once, with the parameters (of `SETS`) under which it shows first."""
    found: dict[str, str] = {}
    for fault in [*graph.faults(template), *_too_much(template)]:
        found.setdefault(fault, "")
    for name in sets:
        for fault in _of_stack(Stack(template, SETS[name], LONGEST_STACK_NAME)):
            found.setdefault(fault, f" ({name})")
    return [f"{fault}{where}" for fault, where in found.items()]


def _of_stack(stack: Stack) -> Iterator[str]:
    try:
        resources = stack.resources()
        stack.outputs()
    except LookupError as fault:
        yield f"a reference has no target: {fault}"
        return
    for check in (properties, alarms, dashboards, iam, wiring):
        yield from check.faults(resources)


def _too_much(template: Mapping[str, Any]) -> Iterator[str]:
    limits = {"Resources": _RESOURCES, "Parameters": _PARAMETERS, "Outputs": _OUTPUTS, "Mappings": _MAPPINGS}
    for part, most in limits.items():
        if len(template.get(part, {})) > most:
            yield f"a template has at most {most} {part}"
    yield from (f"{name} has more than {_NAME} characters" for name in template["Resources"] if len(name) > _NAME)
    if len(json.dumps(template).encode()) > _BODY:
        yield f"the template has more than {_BODY} bytes"
    if len(template["Description"].encode()) > _DESCRIPTION:
        yield f"the description has more than {_DESCRIPTION} bytes"
