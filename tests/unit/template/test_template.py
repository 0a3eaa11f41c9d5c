"""The parts of template.yaml fit each other and the code, which neither the local engine nor the linters check."""

from math import ceil
from typing import Any

import pytest

from herald.domain.api_key import KEPT_FOR, IssuedKey, Key, Role
from herald.domain.clock import DAY, MINUTE, SECOND
from herald.domain.limits.extra_headers import MAX_HEADERS
from herald.runtime.metric_names import NAMESPACE
from herald.runtime.settings import Settings
from herald.store.dynamodb import LONGEST_CALL, LONGEST_SHORT_CALL
from herald.store.encryption.kms import AT_ONCE
from herald.store.encryption.kms import LONGEST_CALL as LONGEST_KMS_CALL
from herald.store.encryption.secret_table import SecretName
from herald.store.items.key_item import to_item
from herald.store.notification_table import CLAIM_TIME
from herald.store.partner_attributes.alert_throttle import LEASE
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
from tests.support.paths import FUNCTIONS

PARAMETERS = TEMPLATE["Parameters"]
LONGEST_DELAY = 900 * SECOND  # what SQS allows


def largest(name: str) -> int:
    """The largest number that the parameter may be."""
    return max(whole_numbers(name))


# ── Times ──


def test_attempt_ends_before_function_and_claim() -> None:
    """And the claim ends before the message becomes visible again."""
    longest_attempt = largest("AttemptTimeout") * SECOND
    function = FUNCTION["DelivererFunction"]["Timeout"] * SECOND
    invisible = QUEUE["DeliveryQueue"]["VisibilityTimeout"] * SECOND
    assert longest_attempt < function < CLAIM_TIME < invisible
    assert CLAIM_TIME - function >= 10 * SECOND, "the margin between two deliverers whose clocks differ"


CALLS = {  # to AWS, one after the other, each of which may hang until the client gives it up
    "AuthorizerFunction": 1,  # whose key it is
    "ReceiverFunction": 3,  # the partner, the put, and AtOnce's message
    "InboundFunction": 3,  # the source, the put, and AtOnce's message; secrets come on top of them
    "DelivererFunction": 4,  # the claim, the partner, the settle, the message; POST and secrets come on top of them
    "OrdersFunction": 2,  # two pages are 2 MB of one order
}


def secrets_time(name: str) -> int:
    """Of the longest calls for secrets, in ms, one after the other."""
    most = len(SecretName) + MAX_HEADERS  # of a partner; two sign for a day after a rotation
    of_a_source = 2  # the sender's signing secret and the header's value
    return {
        "DelivererFunction": LONGEST_SHORT_CALL + ceil(most / AT_ONCE) * LONGEST_KMS_CALL,
        "InboundFunction": ceil(of_a_source / AT_ONCE) * LONGEST_KMS_CALL,
    }.get(name, 0)


@pytest.mark.parametrize(("name", "calls"), CALLS.items())
def test_function_outlives_its_longest_calls_to_aws(name: str, calls: int) -> None:
    """Else Lambda ends it before it can log and answer that AWS hangs."""
    attempt = largest("AttemptTimeout") * SECOND if name == "DelivererFunction" else 0
    timeout = FUNCTION[name].get("Timeout", GLOBALS["Timeout"]) * SECOND
    assert calls * LONGEST_CALL + attempt + secrets_time(name) < timeout


def test_authorizer_has_time_to_note_a_use() -> None:
    """After its longest call for the key itself."""
    assert FUNCTION["AuthorizerFunction"]["Timeout"] * SECOND > LONGEST_CALL + LONGEST_SHORT_CALL


@pytest.mark.parametrize("name", ["OperatorFunction", "ConsoleFunction"])
def test_endpoint_test_ends_before_the_api_does(name: str) -> None:
    assert largest("AttemptTimeout") < FUNCTION[name]["Timeout"] < 30


def test_look_ahead_is_a_delay_that_sqs_allows() -> None:
    jitter = 90 * SECOND
    assert largest("DispatchEvery") * MINUTE + jitter <= LONGEST_DELAY


def test_poll_ends_before_the_next_one_begins() -> None:
    """With the default interval."""
    assert FUNCTION["DispatcherFunction"]["Timeout"] * SECOND < int(PARAMETERS["DispatchEvery"]["Default"]) * MINUTE


def test_an_alert_is_sent_within_its_lease() -> None:
    assert FUNCTION["DeadLetterFunction"]["Timeout"] * SECOND < LEASE


def test_poison_queues_keep_messages_for_two_weeks() -> None:
    """The longest that SQS allows (SetQueueAttributes): people must have time to look, also after a holiday."""
    for name in ("PoisonQueue", "DeadLetterPoisonQueue", "JobPoisonQueue", "DispatcherFailureQueue"):
        assert QUEUE[name]["MessageRetentionPeriod"] * SECOND == 14 * DAY


# ── Nothing is lost ──


def test_consumed_queue_has_a_poison_queue() -> None:
    for _, event in events("SQS"):
        consumed = QUEUE[event["Queue"]["Fn::GetAtt"][0]]
        target = consumed["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert consumed["RedrivePolicy"]["maxReceiveCount"] == 10  # the "ten times" of docs/operations.md
        assert "RedrivePolicy" not in QUEUE[target]


def test_one_bad_message_does_not_fail_its_batch() -> None:
    assert all(event["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for _, event in events("SQS"))


def test_failed_schedule_leaves_a_message() -> None:
    """Where Scheduler cannot invoke the function, and where the function fails."""
    for name, schedule in events("ScheduleV2"):
        failures = {"Fn::GetAtt": [name.replace("Function", "FailureQueue"), "Arn"]}
        assert schedule["DeadLetterConfig"] == {"Arn": failures}
        assert "MaximumRetryAttempts" in schedule["RetryPolicy"]
        assert FUNCTION[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"] == failures


def test_two_stacks_do_not_share_a_schedule() -> None:
    names = [schedule["Name"]["Fn::Sub"] for _, schedule in events("ScheduleV2")]
    assert names == ["${AWS::StackName}-dispatch", "${AWS::StackName}-canary"]


def test_recursive_loop_is_allowed_where_a_function_feeds_itself() -> None:
    """Lambda stops a function that sends to the queue that it reads; those that must are allowed to, and no other."""
    loops = {name: function["RecursiveLoop"] for name, function in FUNCTION.items() if "RecursiveLoop" in function}
    assert loops == {"DelivererFunction": "Allow", "JobsFunction": "Allow"}
    reads = {name: event["Queue"]["Fn::GetAtt"][0] for name, event in events("SQS")}
    assert set(loops) == {name for name, queue in reads.items() if may_send(name.replace("Function", "Role"), queue)}


def may_send(role: str, queue: str) -> bool:
    """Whether the role may send messages to this queue."""
    return any(
        "sqs:SendMessage" in statement["Action"] and statement["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
        for name, statement in statements()
        if name == role
    )


@pytest.mark.parametrize("name", TABLE)
def test_a_table_can_be_restored_and_is_encrypted(name: str) -> None:
    """The template's words again, on purpose: without them everything works until the data is needed."""
    assert TABLE[name]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLE[name]["SSESpecification"] == {"SSEEnabled": True}
    by_parameter = {"Fn::If": ["IsProvisioned", "PROVISIONED", "PAY_PER_REQUEST"]}
    assert TABLE[name]["BillingMode"] == (by_parameter if name == "NotificationTable" else "PAY_PER_REQUEST")


@pytest.mark.parametrize("name", ["NotificationTable", "PartnerTable", "KeyTable", "JobTable"])
def test_production_retains_the_tables_with_data(name: str) -> None:
    """The template's words again, on purpose: without them everything works until the stack is deleted."""
    table = TEMPLATE["Resources"][name]
    kept_in_production = {"Fn::If": ["IsProduction", "Retain", "Delete"]}
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == kept_in_production
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert TEMPLATE["Conditions"]["IsProduction"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}


# ── Nobody may more than needed ──


def test_policy_has_no_wildcard() -> None:
    for name, statement in statements():
        for word in ("Action", "Resource"):
            values = statement[word] if isinstance(statement[word], list) else [statement[word]]
            assert not [value for value in values if "*" in str(value)], name


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in FUNCTION.values()]
    assert sorted(roles) == sorted(of_type("IAM::Role"))


def test_every_queue_is_encrypted_and_needs_tls() -> None:
    ((policy),) = of_type("SQS::QueuePolicy").values()
    named = [queue["Fn::If"][1] if "Fn::If" in queue else queue for queue in policy["Queues"]]
    assert {queue["Ref"] for queue in named} == set(QUEUE)
    assert all(queue["SqsManagedSseEnabled"] is True for queue in QUEUE.values())


def test_routes_without_a_key_are_few() -> None:
    """The canary's arrival, inbound addresses, health, description, `$default` for unknown routes; the console's own.

    The console checks a session instead.
    """
    assert TEMPLATE["Resources"]["HttpApi"]["Properties"]["Auth"]["DefaultAuthorizer"] == "KeyAuthorizer"
    unguarded = [(name, event) for name, event in events("HttpApi") if "Auth" in event]
    of_others = [event.get("Path") for name, event in unguarded if name != "ConsoleFunction"]
    assert sorted(map(str, of_others)) == ["/canary", "/health", "/inbound/{token}", "/openapi.json", "None"]
    assert all(event["Auth"] == {"Authorizer": "NONE"} for _, event in unguarded)


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


def test_canary_arrival_reads_only_what_it_needs() -> None:
    """Anybody may call it: it reads the canary's partner and the records of what was sent."""
    assert rights("CanaryArrivalRole") == {
        "PartnerTable": [({"dynamodb:GetItem"}, OWN_PARTNER)],
        "SecretTable": [({"dynamodb:Query"}, OWN_PARTNER)],
        "CanaryTable": [({"dynamodb:GetItem"}, entries("sent"))],
        "CanaryArrivalLog": [({"logs:CreateLogStream", "logs:PutLogEvents"}, {})],
    }


def test_canary_writes_only_its_own_data() -> None:
    assert rights("CanaryRole") == {
        "PartnerTable": [({"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}, OWN_PARTNER)],
        "SecretTable": [({"dynamodb:PutItem"}, OWN_PARTNER)],
        "CanaryTable": [({"dynamodb:PutItem", "dynamodb:DeleteItem"}, {})],
        "CanaryFailureQueue": [({"sqs:SendMessage"}, {})],
        "CanaryLog": [({"logs:CreateLogStream", "logs:PutLogEvents"}, {})],
    }


def test_canary_table_has_three_users() -> None:
    """The authorizer reads keys in it, nothing else."""
    users = {name for name, statement in statements() if "CanaryTable" in str(statement["Resource"])}
    assert users == {"CanaryRole", "CanaryArrivalRole", "AuthorizerRole"}
    assert rights("AuthorizerRole")["CanaryTable"] == [({"dynamodb:GetItem"}, entries("key"))]


def test_the_authorizer_writes_nothing_but_the_last_use() -> None:
    """Neither the role of a key nor its end: who takes the authorizer over makes no key an operator's."""
    only = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["key_hash", "last_used_on"]}}
    assert rights("AuthorizerRole")["KeyTable"] == [({"dynamodb:GetItem"}, {}), ({"dynamodb:UpdateItem"}, only)]


def test_no_function_deletes_a_key() -> None:
    deleting = [one for _, one in statements() if "KeyTable" in str(one["Resource"]) and "Delete" in str(one["Action"])]
    assert deleting == []


def test_keys_are_removed_by_the_attribute_of_their_items() -> None:
    ended = IssuedKey(key_hash="0", key=Key(role=Role.VIEWER, name="x"), expires_at=0)
    assert TABLE["KeyTable"]["TimeToLiveSpecification"] == {"AttributeName": "remove_at", "Enabled": True}
    assert to_item(ended)["remove_at"] == KEPT_FOR // SECOND


def test_only_the_canary_has_the_api_url() -> None:
    """Its event has the same URL."""
    told = {name for name, one in of_type("Serverless::Function").items() if "API_URL" in str(one.get("Environment"))}
    assert told == {"CanaryFunction"}
    own = of_type("Serverless::Function")["CanaryFunction"]["Environment"]["Variables"]
    assert own == {"API_URL": {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}}
    (event,) = [schedule["Input"] for name, schedule in events("ScheduleV2") if name == "CanaryFunction"]
    assert event == {"Fn::Sub": '{"apiUrl": "${HttpApi.ApiEndpoint}"}'}


# ── It can be watched ──


@pytest.mark.parametrize("name", FUNCTION)
def test_function_has_a_log_group_with_a_retention(name: str) -> None:
    """Without a retention CloudWatch Logs keeps everything. The number is here too, on purpose."""
    group = name.replace("Function", "Log")
    assert FUNCTION[name]["LoggingConfig"]["LogGroup"] == {"Ref": group}
    assert of_type("Logs::LogGroup")[group]["RetentionInDays"] == 90


@pytest.mark.parametrize("name", ALARM)
def test_alarm_says_what_to_do_and_is_published(name: str) -> None:
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


def test_queue_without_a_consumer_has_an_alarm() -> None:
    consumed = {event["Queue"]["Fn::GetAtt"][0] for _, event in events("SQS")}
    assert watched("ApproximateNumberOfMessagesVisible", "QueueName") == set(QUEUE) - consumed


def test_errors_and_throttles_have_alarms() -> None:
    assert watched("Errors", "FunctionName") == set(FUNCTION)
    assert watched("Throttles", "FunctionName") == set(FUNCTION) & ALWAYS  # where the canary is throttled, it is missed


def test_duration_alarm_is_at_80_percent_of_timeout() -> None:
    """Every function has one but JobsFunction, which uses all its time, and the canary's."""
    timed = set(FUNCTION) & ALWAYS - {"JobsFunction"}
    assert watched("Duration", "FunctionName") == timed
    for name in timed:
        alarm = ALARM[name.replace("Function", "DurationAlarm")]
        assert alarm["Threshold"] * 10 == FUNCTION[name]["Timeout"] * SECOND * 8


def test_herald_alarms_have_the_stack_as_dimension() -> None:
    ours = [alarm for alarm in ALARM.values() if alarm["Namespace"] == NAMESPACE]
    assert ours
    assert all(alarm["Dimensions"] == [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}] for alarm in ours)
    told = GLOBALS["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    assert told == {"Ref": "AWS::StackName"}


# ── It fits the code ──


def test_functions_get_the_variables_of_settings() -> None:
    """All of them the same; only the console and the dead-letter function have some of their own."""
    told = {name for name in GLOBALS["Environment"]["Variables"] if not name.startswith("POWERTOOLS_")}
    for function in ("ConsoleFunction", "DeadLetterFunction"):
        told |= set(of_type("Serverless::Function")[function]["Environment"]["Variables"])
    assert told == {field.upper() for field in Settings.model_fields}


def test_api_has_exactly_the_operators_routes() -> None:
    answered = {route_key(route.method, route.openapi_path) for route in operator_app.api.routes}
    routes = [event for name, event in events("HttpApi") if name == "OperatorFunction" and "Path" in event]
    assert {f"{event['Method']} {event['Path']}" for event in routes} == answered


def test_all_functions_are_one_build() -> None:
    """SAM builds functions once where their code, runtime, architecture and build metadata are equal."""
    assert {(one["CodeUri"], one["Runtime"], str(one["Architectures"])) for one in FUNCTION.values()} == {
        ("functions", "python3.13", "[{'Ref': 'Architecture'}]")
    }
    assert not [name for name in FUNCTION if "Metadata" in TEMPLATE["Resources"][name]]


def test_handler_is_in_a_package_of_its_own() -> None:
    packages = [function["Handler"].removesuffix(".app.handler") for function in FUNCTION.values()]
    assert len(packages) == len(set(packages))
    assert all((FUNCTIONS / package / "app.py").is_file() for package in packages)


@pytest.mark.parametrize("name", of_type("Serverless::LayerVersion"))
def test_layer_is_built_for_the_architecture(name: str) -> None:
    metadata = TEMPLATE["Resources"][name]["Metadata"]
    assert metadata["BuildArchitecture"] == {"Ref": "Architecture"}
    assert metadata["BuildMethod"] == ("makefile" if name == "ConsoleLayer" else "python3.13")
    assert GLOBALS["Architectures"] == [{"Ref": "Architecture"}]
