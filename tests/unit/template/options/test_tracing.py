"""Traces cost as much as deliveries, so nothing is traced by default, and deliveries only when the parameter is On."""

from typing import Any

import pytest

from tests.support.aws_template.sam import translated
from tests.support.aws_template.stack import Stack
from tests.support.docs.template import FUNCTION, TEMPLATE, events, of_type

TRACING = TEMPLATE["Parameters"]["Tracing"]
OFTEN = {"AuthorizerFunction", "ReceiverFunction", "InboundFunction", "DelivererFunction", "OrdersFunction"}
OPERATORS_LIMIT = 50  # requests a second
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
    assert TRACING["AllowedValues"] == ["Off", "WithoutDeliveries", "On"]


def traced(tracing: str) -> set[str]:
    """The functions that are traced with this value."""
    made = Stack(translated(), {"Tracing": tracing, "CanaryPartnerId": "900001"}).resources()
    modes = {name: made[name]["Properties"]["TracingConfig"]["Mode"] for name in FUNCTION}
    roles = {name: made[name.replace("Function", "Role")]["Properties"]["ManagedPolicyArns"] for name in FUNCTION}
    active = {name for name, mode in modes.items() if mode == "Active"}
    assert active == {name for name, policies in roles.items() if "TracePolicy" in str(policies)}
    return active


def test_functions_are_traced_as_the_parameter_says_and_may_write_their_traces() -> None:
    assert traced("Off") == set()
    assert traced("WithoutDeliveries") == {*FUNCTION} - OFTEN
    assert traced("On") == {*FUNCTION}


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
def test_role_has_the_trace_policy_only_while_its_function_is_traced(name: str) -> None:
    condition = "TracesDeliveries" if name.replace("Role", "Function") in OFTEN else "IsTraced"
    only_while_traced = {"Fn::If": [condition, {"Ref": "TracePolicy"}, {"Ref": "AWS::NoValue"}]}
    assert only_while_traced in of_type("IAM::Role")[name]["ManagedPolicyArns"]
    assert {"Ref": "TracePolicy"} not in of_type("IAM::Role")[name]["ManagedPolicyArns"]


def test_whatever_runs_for_each_notification_or_request_is_traced_only_when_on() -> None:
    """Their invocations grow with the load: those of the API's high limits, the authorizer and the deliverer."""
    limits = of_type("Serverless::HttpApi")["HttpApi"]["RouteSettings"]
    many = {route for route, one in limits.items() if one.get("ThrottlingRateLimit", 0) > OPERATORS_LIMIT}
    serving = {name for name, event in events("HttpApi") if f"{event.get('Method')} {event.get('Path')}" in many}
    assert serving | {"AuthorizerFunction", "DelivererFunction"} == OFTEN
