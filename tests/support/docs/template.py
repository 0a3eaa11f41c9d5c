"""Parts of template.yaml, for tests."""

import re
from collections.abc import Iterator
from typing import Any

from tools.local_stack.template import load_template

TEMPLATE = load_template()
GLOBALS = TEMPLATE["Globals"]["Function"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of this type, by logical id."""
    return {
        name: one.get("Properties", {}) for name, one in TEMPLATE["Resources"].items() if one["Type"] == f"AWS::{kind}"
    }


FUNCTION = {name: {**GLOBALS, **properties} for name, properties in of_type("Serverless::Function").items()}
ALWAYS = {name for name, one in TEMPLATE["Resources"].items() if "Condition" not in one}  # those without a condition
QUEUE, TABLE, ALARM = of_type("SQS::Queue"), of_type("DynamoDB::Table"), of_type("CloudWatch::Alarm")


def events(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event of this kind: the function's logical id and the event's properties."""
    for name, function in FUNCTION.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


def sentence(text: Any) -> str:
    """The text of a property, e.g. an alarm's description; pseudo parameters stay as they are."""
    match text:
        case {"Fn::Sub": [pattern, values]}:
            return re.sub(r"\$\{(\w+)\}", lambda name: str(values[name[1]]), pattern)
        case {"Fn::Sub": pattern}:
            return str(pattern)
    return str(text)


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement of the functions' roles, with the role's logical id."""
    for name, role in of_type("IAM::Role").items():
        for policy in role["Policies"]:
            yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])


def whole_numbers(parameter: str) -> list[int]:
    """The whole numbers that the parameter's pattern allows."""
    pattern = TEMPLATE["Parameters"][parameter]["AllowedPattern"]
    return [number for number in range(10_000) if re.fullmatch(pattern, str(number))]
