"""A dashboard's body as CloudFormation would hand it to CloudWatch: the template's, with the stack's own names."""

import re
from collections.abc import Mapping
from typing import Any

from tools.local_stack.template import load_template

DASHBOARD = "AWS::CloudWatch::Dashboard"
_PLACE = re.compile(r"\$\{([^!][^}]*)\}")

type Json = Any
type Names = Mapping[str, str]


def dashboards(names: Names) -> dict[str, dict[str, Json]]:
    """The bodies of the template's dashboards by logical id.

    `names` gives what a reference stands for: by logical id, or by `LogicalId.Attribute`. Raises `KeyError` for one
    that nobody gave.
    """
    resources = load_template()["Resources"]
    bodies = {name: one["Properties"]["DashboardBody"] for name, one in resources.items() if one["Type"] == DASHBOARD}
    return {name: resolved(body["Fn::ToJsonString"], names) for name, body in bodies.items()}


def resolved(node: Json, names: Names) -> Json:
    """The same with every `Ref`, `Fn::GetAtt` and `Fn::Sub` answered."""
    match node:
        case {"Ref": str() as name}:
            return names[name]
        case {"Fn::GetAtt": [str() as name, str() as attribute]}:
            return names[f"{name}.{attribute}"]
        case {"Fn::Sub": str() as text}:
            return _PLACE.sub(lambda place: names[place[1]], text)
        case dict():
            return {key: resolved(one, names) for key, one in node.items()}
        case list():
            return [resolved(one, names) for one in node]
    return node
