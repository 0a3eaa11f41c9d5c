"""What the template prevents: private addresses outside of development, floods without a key, keys in logs."""

from typing import Any

import pytest

from tests.support.docs.markdown import rows
from tests.support.docs.template import TEMPLATE, events, of_type
from tests.unit.docs.test_documents import OPERATIONS

API = of_type("Serverless::HttpApi")["HttpApi"]
PUBLISHERS = API["RouteSettings"]["POST /notifications"]
RATES = ("ThrottlingRateLimit", "ThrottlingBurstLimit")


def open_routes() -> set[str]:
    """The route keys of the routes that need no API key; `$default` is the event without a path."""
    return {
        f"{event['Method']} {event['Path']}" if "Path" in event else "$default"
        for _, event in events("HttpApi")
        if event.get("Auth") == {"Authorizer": "NONE"}
    }


def setting(route: str) -> Any:
    """The route's limits, wherever they stand."""
    found = API["RouteSettings"].get(route, API["DefaultRouteSettings"])
    return found["Fn::If"][1] if "Fn::If" in found else found


def test_private_endpoints_need_the_local_stage() -> None:
    rules = [rule for rule in TEMPLATE["Rules"].values() if "AllowPrivateEndpoints" in str(rule)]
    (rule,) = rules
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "local"]}]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AllowPrivateEndpoints"}, "false"]}


def test_internal_ranges_need_subnets_except_on_a_developers_machine() -> None:
    (rule,) = [rule for rule in TEMPLATE["Rules"].values() if "InternalCidrs" in str(rule["RuleCondition"])]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "InternalCidrs"}, ""]}]}
    (assertion,) = rule["Assertions"]
    subnets, local = (
        {"Fn::Not": [{"Fn::Equals": [{"Ref": "SubnetIds"}, ""]}]},
        {"Fn::Equals": [{"Ref": "Stage"}, "local"]},
    )
    assert assertion["Assert"] == {"Fn::Or": [subnets, local]}


def test_only_functions_in_the_subnets_know_the_internal_ranges() -> None:
    """A wrong range stops them when they start: the receiver must not be one of them."""
    functions = of_type("Serverless::Function")
    told = {
        name for name, one in functions.items() if "INTERNAL_CIDRS" in one.get("Environment", {}).get("Variables", {})
    }
    assert told == {name for name, one in functions.items() if "VpcConfig" in one}
    assert told == {"DelivererFunction", "OperatorFunction", "ConsoleFunction"}
    assert "INTERNAL_CIDRS" not in str(TEMPLATE["Globals"])


PAGES = {"GET /console", "GET /console/{page+}"}  # of the console, which checks a session
INBOUND = "POST /inbound/{token}"


@pytest.mark.parametrize("route", sorted(open_routes() - PAGES - {INBOUND}))
@pytest.mark.parametrize("rate", RATES)
def test_open_route_has_a_hundredth_of_the_limit(route: str, rate: str) -> None:
    """Of the limit of POST /notifications, at most."""
    assert route in API["RouteSettings"]
    assert 0 < setting(route)[rate] * 100 <= PUBLISHERS[rate]


@pytest.mark.parametrize("rate", RATES)
def test_inbound_addresses_have_half_of_the_publishers_limit(rate: str) -> None:
    """It takes what platforms send at once, and guesses leave the publishers' own limit alone."""
    assert API["RouteSettings"][INBOUND][rate] * 2 == PUBLISHERS[rate]


@pytest.mark.parametrize("route", sorted(PAGES))
@pytest.mark.parametrize("rate", RATES)
def test_page_of_the_console_has_the_limit_of_operators(route: str, rate: str) -> None:
    """Set for the route itself: it asks for no key, so a change of the operators' limit must not move it unseen."""
    assert route in open_routes()
    assert API["RouteSettings"][route][rate] == API["DefaultRouteSettings"][rate]


def test_only_publishers_route_has_the_high_limit() -> None:
    """A request with a wrong key counts for the route that it names."""
    guarded = {
        f"{event['Method']} {event['Path']}" for _, event in events("HttpApi") if "Path" in event
    } - open_routes()
    wide = {route for route in guarded if setting(route)["ThrottlingRateLimit"] >= PUBLISHERS["ThrottlingRateLimit"]}
    assert wide == {"POST /notifications"}
    for rate in RATES:
        assert API["DefaultRouteSettings"][rate] * 20 <= PUBLISHERS[rate]


def test_route_with_limits_exists() -> None:
    """API Gateway refuses limits for a route that is not there."""
    routes = {f"{event['Method']} {event['Path']}" for _, event in events("HttpApi") if "Path" in event} | {"$default"}
    assert set(API["RouteSettings"]) <= routes
    conditional = {name for name, value in API["RouteSettings"].items() if "Fn::If" in value}
    assert conditional == {"POST /canary"}
    condition, _, otherwise = API["RouteSettings"]["POST /canary"]["Fn::If"]
    assert condition == TEMPLATE["Resources"]["CanaryArrivalFunction"]["Condition"]
    assert otherwise == {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize(
    "variable",
    ["path", "authorizer.principalId", "identity.user", "httpPath", "resourcePath", "requestOverride", "queryString"],
)
def test_access_log_omits_what_callers_choose(variable: str) -> None:
    assert f"$context.{variable}" not in API["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in API["AccessLogSettings"]["Format"]


def test_operations_guide_lists_the_limits() -> None:
    told = {row[0]: (int(row[1]), int(row[2])) for row in rows(OPERATIONS, "| Route | Requests a second | Burst |")}
    others = "the other routes that ask for a key, `GET /console`, `GET /console/…`"
    unguarded = (
        "`GET /health`, `GET /openapi.json`, `POST /canary`, `POST /console/sign-in`, `POST /console/…`, unknown routes"
    )
    expected = {f"`{route}`": route for route in ("POST /notifications", INBOUND, "GET /orders")}
    expected["`POST /notifications/batch`, each of up to 100 notifications"] = "POST /notifications/batch"
    expected |= {others: "POST /jobs", unguarded: "GET /health"}
    assert told == {name: tuple(setting(route)[rate] for rate in RATES) for name, route in expected.items()}
    low = open_routes() - PAGES - {INBOUND}
    assert {setting(route)["ThrottlingRateLimit"] for route in low} == {told[unguarded][0]}
    assert {setting(route)["ThrottlingRateLimit"] for route in PAGES} == {told[others][0]}


# ── Logs ──


LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.parametrize("name", of_type("IAM::Role"))
def test_role_may_write_only_its_own_log_group(name: str) -> None:
    writing = [
        statement
        for policy in of_type("IAM::Role")[name]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "logs:" in str(statement["Action"])
    ]
    own = {"Fn::GetAtt": [name.replace("Role", "Log"), "Arn"]}
    assert writing == [{"Effect": "Allow", "Action": sorted(LOGS), "Resource": own}]


def test_shared_policies_allow_no_logs() -> None:
    assert "logs:" not in str(of_type("IAM::ManagedPolicy"))
    attached = [arn for role in of_type("IAM::Role").values() for arn in role.get("ManagedPolicyArns", [])]
    assert "arn:" not in str(attached)  # and no policy of AWS's
    assert all("Role" in function for function in of_type("Serverless::Function").values())
