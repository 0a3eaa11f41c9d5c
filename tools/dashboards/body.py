"""A dashboard's body as CloudFormation would hand it to CloudWatch: the template's text with the stack's own names."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tools.local_engine.template import load_template

DASHBOARD = "AWS::CloudWatch::Dashboard"
_PLACE = re.compile(r"\$\{([^!][^}]*)\}")


def dashboards(names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The bodies of the template's dashboards by logical id. `names` gives what a `${…}` stands for, by its text.

    Raises `KeyError` for a name that nobody gave.
    """
    resources = load_template()["Resources"]
    found = {name: one["Properties"]["DashboardBody"] for name, one in resources.items() if one["Type"] == DASHBOARD}
    return {name: json.loads(_substituted(body, names)) for name, body in found.items()}


def _substituted(body: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401 - a template's value is of any type
    text = body["Fn::Sub"] if isinstance(body, dict) else body
    values = dict(names)
    if isinstance(text, list):  # with names of its own
        text, own = text
        values |= {name: str(value) for name, value in own.items()}
    return _PLACE.sub(lambda place: values[place[1]], str(text))
