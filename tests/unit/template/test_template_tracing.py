"""Traces cost more than deliveries, so nothing is traced unless the parameter is On."""

from typing import Any

import pytest

from tests.support.docs.template import FUNCTION, GLOBALS, TEMPLATE, of_type

TRACING = TEMPLATE["Parameters"]["Tracing"]
TRACE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def actions(document: dict[str, Any]) -> set[str]:
    """Every action that a policy document names."""
    found: set[str] = set()
    for statement in document["Statement"]:
        found |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    return found


def test_tracing_is_off_by_default() -> None:
    """Its values are strings: without quotes YAML reads Off and On as booleans."""
    assert TRACING["Default"] == "Off"
    assert TRACING["AllowedValues"] == ["Off", "On"]


def test_functions_are_traced_only_when_on() -> None:
    assert TEMPLATE["Conditions"]["IsTraced"] == {"Fn::Equals": [{"Ref": "Tracing"}, "On"]}
    assert GLOBALS["Tracing"] == {"Fn::If": ["IsTraced", "Active", "PassThrough"]}
    assert all(function["Tracing"] == GLOBALS["Tracing"] for function in FUNCTION.values())


def test_trace_policy_exists_only_while_traced() -> None:
    """No other policy allows to write traces."""
    writing = {
        name for name, policy in of_type("IAM::ManagedPolicy").items() if TRACE & actions(policy["PolicyDocument"])
    }
    assert writing == {"TracePolicy"}
    assert TEMPLATE["Resources"]["TracePolicy"]["Condition"] == "IsTraced"
    inline = [policy["PolicyDocument"] for role in of_type("IAM::Role").values() for policy in role["Policies"]]
    assert not any(TRACE & actions(document) for document in inline)


@pytest.mark.parametrize("name", of_type("IAM::Role"))
def test_role_has_the_trace_policy_only_when_on(name: str) -> None:
    only_while_traced = {"Fn::If": ["IsTraced", {"Ref": "TracePolicy"}, {"Ref": "AWS::NoValue"}]}
    assert only_while_traced in of_type("IAM::Role")[name]["ManagedPolicyArns"]
    assert {"Ref": "TracePolicy"} not in of_type("IAM::Role")[name]["ManagedPolicyArns"]
