"""What neither the local engine nor the linters see in template.yaml: that its parts fit each other and the code."""

from typing import Any

import pytest

from herald.domain.clock import DAY, MINUTE, SECOND
from herald.runtime.metric_names import NAMESPACE
from herald.runtime.settings import Settings
from herald.store.alert_throttle import LEASE
from herald.store.dynamodb import LONGEST_CALL
from herald.store.notification_table import CLAIM_TIME
from operator_api import app as operator_app
from operator_api.openapi.operations import route_key
from tests.support.docs.template import (
    ALARM,
    ALWAYS,
    FUNCTION,
    GLOBALS,
    QUEUE,
    TABLE,
    TEMPLATE,
    events,
    of_type,
    sentence,
    statements,
    whole_numbers,
)

PARAMETERS = TEMPLATE["Parameters"]
LONGEST_DELAY = 900 * SECOND  # what SQS allows


def largest(name: str) -> int:
    """The largest number that the parameter may be."""
    return max(whole_numbers(name))


# ── Times ──


def test_an_attempt_ends_before_its_function_its_claim_and_its_message_do() -> None:
    longest_attempt = largest("AttemptTimeout") * SECOND
    function = FUNCTION["DelivererFunction"]["Timeout"] * SECOND
    invisible = QUEUE["DeliveryQueue"]["VisibilityTimeout"] * SECOND
    assert longest_attempt < function < CLAIM_TIME < invisible
    assert CLAIM_TIME - function >= 10 * SECOND, "the margin between two deliverers whose clocks differ"


CALLS = {  # to AWS, one after the other, each of which may hang until the client gives it up
    "AuthorizerFunction": 1,  # whose key it is
    "ReceiverFunction": 3,  # the partner, the put, and AtOnce's message
    "DelivererFunction": 4,  # the claim, the partner, the settle, the message; the POST comes on top of them
    "OrdersFunction": 2,  # two pages are 2 MB of one order
}


@pytest.mark.parametrize(("name", "calls"), CALLS.items())
def test_a_function_outlives_every_call_to_an_aws_that_hangs_so_that_it_says_so_itself(name: str, calls: int) -> None:
    post = largest("AttemptTimeout") * SECOND if name == "DelivererFunction" else 0
    timeout = FUNCTION[name].get("Timeout", GLOBALS["Timeout"]) * SECOND
    assert calls * LONGEST_CALL + post < timeout


def test_a_test_of_an_endpoint_ends_before_the_operator_and_the_api_do() -> None:
    assert largest("AttemptTimeout") < FUNCTION["OperatorFunction"]["Timeout"] < 30


def test_the_most_that_a_poll_looks_ahead_is_a_delay_that_sqs_allows() -> None:
    jitter = 90 * SECOND
    assert largest("DispatchEvery") * MINUTE + jitter <= LONGEST_DELAY


def test_a_poll_ends_before_the_next_one_usually_begins() -> None:
    assert FUNCTION["DispatcherFunction"]["Timeout"] * SECOND < int(PARAMETERS["DispatchEvery"]["Default"]) * MINUTE


def test_an_alert_is_sent_within_its_lease() -> None:
    assert FUNCTION["DeadLetterFunction"]["Timeout"] * SECOND < LEASE


def test_what_waits_in_a_poison_queue_waits_two_weeks() -> None:
    for name in ("PoisonQueue", "DeadLetterPoisonQueue", "JobPoisonQueue", "DispatcherFailureQueue"):
        assert QUEUE[name]["MessageRetentionPeriod"] * SECOND == 14 * DAY


# ── Nothing is lost ──


def test_a_queue_that_is_consumed_has_a_poison_queue() -> None:
    for _, event in events("SQS"):
        consumed = QUEUE[event["Queue"]["Fn::GetAtt"][0]]
        target = consumed["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert consumed["RedrivePolicy"]["maxReceiveCount"] == 10
        assert "RedrivePolicy" not in QUEUE[target]


def test_one_bad_message_does_not_bring_its_batch_back() -> None:
    assert all(event["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for _, event in events("SQS"))


def test_what_the_schedule_starts_leaves_a_message_when_it_fails_on_either_way() -> None:
    for name, schedule in events("ScheduleV2"):
        failures = {"Fn::GetAtt": [name.replace("Function", "FailureQueue"), "Arn"]}
        assert schedule["DeadLetterConfig"] == {"Arn": failures}
        assert "MaximumRetryAttempts" in schedule["RetryPolicy"]
        assert FUNCTION[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"] == failures


def test_two_stacks_do_not_share_a_schedule() -> None:
    names = [schedule["Name"]["Fn::Sub"] for _, schedule in events("ScheduleV2")]
    assert names == ["${AWS::StackName}-dispatch", "${AWS::StackName}-canary"]


def test_the_loop_is_allowed_for_the_functions_that_need_it_and_for_no_other() -> None:
    loops = {name: function["RecursiveLoop"] for name, function in FUNCTION.items() if "RecursiveLoop" in function}
    assert loops == {"DelivererFunction": "Allow", "JobsFunction": "Allow"}


@pytest.mark.parametrize("name", TABLE)
def test_a_table_can_be_restored_and_is_encrypted(name: str) -> None:
    assert TABLE[name]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLE[name]["SSESpecification"] == {"SSEEnabled": True}
    assert TABLE[name]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", ["NotificationTable", "PartnerTable", "KeyTable", "JobTable"])
def test_in_production_what_people_entrusted_to_us_outlives_the_stack(name: str) -> None:
    table = TEMPLATE["Resources"][name]
    kept_in_production = {"Fn::If": ["IsProduction", "Retain", "Delete"]}
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == kept_in_production
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert TEMPLATE["Conditions"]["IsProduction"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}


# ── Nobody may more than needed ──


def test_a_policy_names_its_actions_and_its_resources() -> None:
    for name, statement in statements():
        for word in ("Action", "Resource"):
            values = statement[word] if isinstance(statement[word], list) else [statement[word]]
            assert not [value for value in values if "*" in str(value)], name


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in FUNCTION.values()]
    assert sorted(roles) == sorted(of_type("IAM::Role"))


def test_every_queue_is_encrypted_and_speaks_tls_only() -> None:
    ((policy),) = of_type("SQS::QueuePolicy").values()
    named = [queue["Fn::If"][1] if "Fn::If" in queue else queue for queue in policy["Queues"]]
    assert {queue["Ref"] for queue in named} == set(QUEUE)
    assert all(queue["SqsManagedSseEnabled"] is True for queue in QUEUE.values())


def test_only_the_canarys_arrival_the_health_the_description_and_the_unknown_routes_need_no_key() -> None:
    assert TEMPLATE["Resources"]["HttpApi"]["Properties"]["Auth"]["DefaultAuthorizer"] == "KeyAuthorizer"
    unguarded = [event.get("Path") for _, event in events("HttpApi") if "Auth" in event]
    assert sorted(map(str, unguarded)) == ["/canary", "/health", "/openapi.json", "None"]


def rights(role: str) -> dict[str, list[tuple[set[str], dict[str, Any]]]]:
    """What the role may do with each table, queue and topic, and under which condition."""
    found: dict[str, list[tuple[set[str], dict[str, Any]]]] = {}
    for statement in (one for name, one in statements() if name == role):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        resource = found.setdefault(statement["Resource"]["Fn::GetAtt"][0], [])
        resource.append((set(actions), statement.get("Condition", {})))
    return found


OWN_PARTNER = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [{"Ref": "CanaryPartnerId"}]}}


def entries(beginning: str) -> dict[str, Any]:
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{beginning}#*"]}}


def test_the_canarys_end_which_anybody_may_call_reads_its_own_partner_and_what_was_sent_and_nothing_else() -> None:
    assert rights("CanaryArrivalRole") == {
        "PartnerTable": [({"dynamodb:GetItem"}, OWN_PARTNER)],
        "CanaryTable": [({"dynamodb:GetItem"}, entries("sent"))],
        "CanaryArrivalLog": [({"logs:CreateLogStream", "logs:PutLogEvents"}, {})],
    }


def test_the_canary_writes_its_own_partner_and_its_own_table_and_no_key() -> None:
    assert rights("CanaryRole") == {
        "PartnerTable": [({"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}, OWN_PARTNER)],
        "CanaryTable": [({"dynamodb:PutItem", "dynamodb:DeleteItem"}, {})],
        "CanaryFailureQueue": [({"sqs:SendMessage"}, {})],
        "CanaryLog": [({"logs:CreateLogStream", "logs:PutLogEvents"}, {})],
    }


def test_nobody_else_writes_the_canarys_table_and_the_authorizer_reads_its_keys_only() -> None:
    users = {name for name, statement in statements() if "CanaryTable" in str(statement["Resource"])}
    assert users == {"CanaryRole", "CanaryArrivalRole", "AuthorizerRole"}
    assert rights("AuthorizerRole")["CanaryTable"] == [({"dynamodb:GetItem"}, entries("key"))]


def test_the_canary_alone_is_told_the_api_and_its_event_names_the_same_one() -> None:
    told = {name for name, one in of_type("Serverless::Function").items() if "Environment" in one}
    assert told == {"CanaryFunction"}
    own = of_type("Serverless::Function")["CanaryFunction"]["Environment"]["Variables"]
    assert own == {"API_URL": {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}}
    (event,) = [schedule["Input"] for name, schedule in events("ScheduleV2") if name == "CanaryFunction"]
    assert event == {"Fn::Sub": '{"apiUrl": "${HttpApi.ApiEndpoint}"}'}


# ── It can be watched ──


@pytest.mark.parametrize("name", FUNCTION)
def test_a_function_logs_into_a_group_of_its_own_that_does_not_grow_for_ever(name: str) -> None:
    group = name.replace("Function", "Log")
    assert FUNCTION[name]["LoggingConfig"]["LogGroup"] == {"Ref": group}
    assert of_type("Logs::LogGroup")[group]["RetentionInDays"] == 90


@pytest.mark.parametrize("name", ALARM)
def test_an_alarm_says_what_to_do_first_and_says_it_to_somebody(name: str) -> None:
    assert "First: " in sentence(ALARM[name]["AlarmDescription"])
    assert ALARM[name]["AlarmActions"] == [{"Ref": "AlertTopic"}]


def watched(metric: str, dimension: str) -> set[str]:
    """The logical ids that an alarm watches by this metric."""
    values = [
        alarm["Dimensions"][0]
        for alarm in ALARM.values()
        if alarm["MetricName"] == metric and alarm["Namespace"].startswith("AWS/")
    ]
    ids = [value["Value"].get("Ref") or value["Value"]["Fn::GetAtt"][0] for value in values]
    return {name for name, value in zip(ids, values, strict=True) if value["Name"] == dimension}


def test_an_alarm_watches_every_queue_that_nothing_consumes() -> None:
    consumed = {event["Queue"]["Fn::GetAtt"][0] for _, event in events("SQS")}
    assert watched("ApproximateNumberOfMessagesVisible", "QueueName") == set(QUEUE) - consumed


def test_an_alarm_watches_the_errors_and_the_throttles_of_every_function() -> None:
    assert watched("Errors", "FunctionName") == set(FUNCTION)
    assert watched("Throttles", "FunctionName") == set(FUNCTION) & ALWAYS  # where the canary is throttled, it is missed


def test_an_alarm_watches_whether_a_function_comes_near_its_time_limit_except_where_that_is_its_way() -> None:
    timed = set(FUNCTION) & ALWAYS - {"JobsFunction"}
    assert watched("Duration", "FunctionName") == timed
    for name in timed:
        alarm = ALARM[name.replace("Function", "DurationAlarm")]
        assert alarm["Threshold"] * 10 == FUNCTION[name]["Timeout"] * SECOND * 8


def test_an_alarm_on_our_own_metrics_names_the_stack_as_their_only_dimension() -> None:
    ours = [alarm for alarm in ALARM.values() if alarm["Namespace"] == NAMESPACE]
    assert ours
    assert all(alarm["Dimensions"] == [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}] for alarm in ours)
    told = GLOBALS["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    assert told == {"Ref": "AWS::StackName"}


# ── It fits the code ──


def test_the_functions_are_told_what_the_settings_read() -> None:
    told = {name for name in GLOBALS["Environment"]["Variables"] if not name.startswith("POWERTOOLS_")}
    assert told == {field.upper() for field in Settings.model_fields}


def test_the_template_has_the_operators_routes() -> None:
    answered = {route_key(route.method, route.openapi_path) for route in operator_app.api.routes}
    routes = [event for name, event in events("HttpApi") if name == "OperatorFunction" and "Path" in event]
    assert {f"{event['Method']} {event['Path']}" for event in routes} == answered


def test_both_layers_are_built_for_the_processor_that_runs_them() -> None:
    for name in ("DependenciesLayer", "HeraldLayer"):
        metadata = TEMPLATE["Resources"][name]["Metadata"]
        assert metadata == {"BuildMethod": "python3.13", "BuildArchitecture": {"Ref": "Architecture"}}
    assert GLOBALS["Architectures"] == [{"Ref": "Architecture"}]
