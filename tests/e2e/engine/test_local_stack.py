"""The stack as it stands after a deploy, and the engine that it stands on."""

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from tests.e2e.conftest import PARAMETERS
from tests.support.e2e.stack_client import StackClient
from tools.local_engine.engine import Engine
from tools.local_engine.errors import LocalEngineError
from tools.local_stack.deploying import deploy
from tools.local_stack.stack import Stack
from tools.local_stack.template import load_template

RANGES = "10.1.0.0/16,fd12:3456::/32"


def test_health_is_told_to_anybody(stack_client: StackClient) -> None:
    assert stack_client.call("GET", "/health", role=None).status_code == 200


def test_without_a_key_the_api_tells_nothing(stack_client: StackClient) -> None:
    assert stack_client.call("GET", "/partners", role=None).status_code == 401


def test_an_unknown_key_is_refused(stack_client: StackClient) -> None:
    assert stack_client.call("GET", "/partners", key="guessed").status_code == 403


@pytest.mark.parametrize("role", ["operator", None])
def test_an_unknown_route_is_answered_in_our_form(stack_client: StackClient, role: str | None) -> None:
    answer = stack_client.call("GET", "/no/such/route", role=role)
    assert (answer.status_code, answer.json()["code"]) == (404, 40400)


def test_a_second_deploy_finds_nothing_to_change(engine: Engine, stack: Stack) -> None:
    again = deploy(engine, "herald-tests", PARAMETERS)
    assert "No changes to deploy" in (engine.home / "deploy-herald-tests.log").read_text()
    assert (again.tables, again.api_url) == (stack.tables, stack.api_url)


@pytest.fixture(scope="module")
def neighbour(engine: Engine) -> Stack:
    """A second stack with other parameters on the same engine."""
    return deploy(engine, "herald-neighbour", {"Ladder": "7s 8s", "AttemptTimeout": "2", "InternalCidrs": RANGES})


def test_two_stacks_share_no_resource(stack: Stack, neighbour: Stack) -> None:
    for kind in ("functions", "queues", "tables", "topics"):
        assert set(getattr(stack, kind).values()).isdisjoint(getattr(neighbour, kind).values())


@pytest.mark.usefixtures("stack", "neighbour")
def test_each_stack_has_a_schedule_of_its_own(engine: Engine) -> None:
    schedules = engine.client("scheduler").list_schedules()["Schedules"]
    assert {"herald-tests-dispatch", "herald-neighbour-dispatch"} <= {schedule["Name"] for schedule in schedules}


def test_parameters_with_spaces_reach_the_functions_whole(engine: Engine, neighbour: Stack) -> None:
    name = neighbour.functions["DelivererFunction"]
    variables = engine.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert (variables["LADDER"], variables["ATTEMPT_TIMEOUT"]) == ("7s 8s", "2")


def test_internal_ranges_reach_the_functions_that_connect_to_partners(engine: Engine, neighbour: Stack) -> None:
    """A local stack has no subnets, and may have ranges nevertheless."""
    client = engine.client("lambda")
    told = {
        name: client.get_function_configuration(FunctionName=physical)["Environment"]["Variables"].get("INTERNAL_CIDRS")
        for name, physical in neighbour.functions.items()
    }
    connecting = {"DelivererFunction", "OperatorFunction", "ConsoleFunction"}
    assert told == {**dict.fromkeys(told), **dict.fromkeys(connecting, RANGES)}


def test_a_key_of_one_stack_opens_no_other(stack_client: StackClient, neighbour: Stack) -> None:
    assert stack_client.call("GET", "/partners", key=neighbour.keys["operator"]).status_code == 403


def test_a_wrong_value_fails_the_deploy_with_its_sentence(engine: Engine) -> None:
    sentence = load_template()["Parameters"]["DispatchEvery"]["ConstraintDescription"]
    with pytest.raises(LocalEngineError) as refused:
        deploy(engine, "herald-wrong", {"DispatchEvery": "14"})
    assert sentence in " ".join(str(refused.value).split())


def test_production_with_private_endpoints_is_refused(engine: Engine) -> None:
    with pytest.raises(LocalEngineError, match="ProductionIsPublic"):
        deploy(engine, "herald-wrong", {"Stage": "prod", "AllowPrivateEndpoints": "true"})


def test_internal_ranges_without_subnets_are_refused(engine: Engine) -> None:
    with pytest.raises(LocalEngineError, match="InternalRangesHaveSubnets"):
        deploy(engine, "herald-wrong", {"Stage": "dev", "AllowPrivateEndpoints": "false", "InternalCidrs": RANGES})


def test_a_range_of_metadata_services_fails_the_deploy(engine: Engine) -> None:
    with pytest.raises(LocalEngineError, match="InternalCidrs is empty, or up to 10 ranges"):
        deploy(engine, "herald-wrong", {"InternalCidrs": "169.254.0.0/16"})


def test_an_unknown_parameter_is_named(engine: Engine) -> None:
    with pytest.raises(LocalEngineError, match="no parameter Laddder"):
        deploy(engine, "herald-wrong", {"Laddder": "1s"})


def test_a_function_writes_into_its_own_log_group(engine: Engine, stack_client: StackClient) -> None:
    stack_client.call("GET", "/health", role=None)
    streams = engine.client("logs").describe_log_streams(logGroupName="/herald/herald-tests/operator")
    assert streams["logStreams"]


def test_the_engine_enforces_iam(engine: Engine, stack: Stack) -> None:
    """Otherwise the end-to-end tests would prove nothing about the functions' policies."""
    iam = engine.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=stack.region)
    table = session.resource("dynamodb", endpoint_url=engine.url).Table(stack.tables["PartnerTable"])
    with pytest.raises(ClientError, match="AccessDenied"):
        table.get_item(Key={"partner_id": 1})


def test_a_stopped_engine_answers_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("other-engine")
    engine = Engine.start(home, port=0)
    assert Engine.find(home) == engine
    engine.stop()
    assert Engine.find(home) is None
    with pytest.raises(requests.ConnectionError):
        requests.get(engine.url, timeout=1)
