"""template.yaml, as SAM translates it, breaks no rule of AWS's services; engine and linters check only some of them.

One mistake of each kind is put into a copy and must be found: a check that finds nothing proves nothing.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.aws_template.checks import faults
from tests.support.aws_template.sam import translated
from tests.support.aws_template.stack import EVERYTHING, LONGEST_STACK_NAME, Stack
from tests.support.docs.template import TEMPLATE

type Node = Any
type Mistake = Callable[[Node], object]  # it changes the properties of one resource


def test_the_template_breaks_no_rule() -> None:
    assert faults(translated()) == []


def test_longest_stack_name_cannot_be_longer() -> None:
    """With one letter more, a schedule's name has more than the 64 characters that are allowed."""
    assert len(LONGEST_STACK_NAME) == 55
    longer = Stack(translated(), EVERYTHING, LONGEST_STACK_NAME + "x").resources()
    assert len(longer["DispatcherFunctionDispatchSchedule"]["Properties"]["Name"]) == 65


def test_outputs_have_urls_and_commands() -> None:
    outputs = Stack(translated(), {}, "herald").outputs()
    assert outputs["ApiUrl"].startswith("https://")
    assert outputs["ConsoleUrl"] == f"{outputs['ApiUrl']}/console"
    assert outputs["FirstKeyCommand"] == "herald keys create --role operator --name alice --stack-name herald"
    console = "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard"
    assert outputs["BusinessDashboardUrl"] == f"{console}/herald-business"
    assert outputs["PlumbingDashboardUrl"] == f"{console}/herald-plumbing"
    assert {"AlertTopicArn", "KeyTableName"} <= set(outputs)


@pytest.mark.parametrize("minutes", range(1, 14))
def test_every_interval_makes_a_valid_rate(minutes: int) -> None:
    schedule = Stack(translated(), {"DispatchEvery": str(minutes)}).resources()["DispatcherFunctionDispatchSchedule"]
    wanted = "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"
    assert schedule["Properties"]["ScheduleExpression"] == wanted


# ── Mistakes, one by one ──


def put(*path: Any) -> Mistake:
    """Sets the property at this path; the last argument is its value."""

    def change(properties: Node) -> None:
        *way, name, value = path
        for step in way:
            properties = properties[step]
        properties[name] = value

    return change


def statement(**instead: Any) -> Mistake:
    """Changes members of the first statement in the role's first policy."""
    return lambda role: role["Policies"][0]["PolicyDocument"]["Statement"][0].update(instead)


TABLE = {"Fn::GetAtt": ["NotificationTable", "Arn"]}
CANARYS_QUEUE = {"Fn::GetAtt": ["CanaryFailureQueue", "Arn"]}
MISTAKES: dict[str, tuple[str, Mistake, str]] = {
    "a function that names the API, which names the function": (
        "ReceiverFunction",
        put("Environment", "Variables", "API", {"Fn::Sub": "${HttpApi.ApiEndpoint}"}),
        "circular dependency",
    ),
    "a queue's policy in a circle": ("PoisonQueue", put("QueueName", {"Ref": "DeliveryQueue"}), "circular dependency"),
    "a schedule's name that is too long": (
        "DispatcherFunctionDispatchSchedule",
        put("Name", {"Fn::Sub": "${AWS::StackName}-dispatcher"}),
        "more than 64",
    ),
    "a log group's name with a space": ("ApiLog", put("LogGroupName", "/herald/the api"), "the pattern"),
    "a log group that is kept for a hundred days": ("ApiLog", put("RetentionInDays", 100), "not keep for 100 days"),
    "a queue that delays by an hour": ("JobQueue", put("DelaySeconds", 3600), "not from 0 to 900"),
    "an alarm's text that is too long": ("PoisonAlarm", put("AlarmDescription", "x" * 1_025), "more than 1024"),
    "a description that is too long": ("NetworkPolicy", put("Description", "x" * 1_001), "more than 1000"),
    "an environment that is too large": (
        "ReceiverFunction",
        put("Environment", "Variables", "LADDER", "x" * 4_096),
        "more than 4096 bytes",
    ),
    # Alarms
    "an alarm over more than a day": ("PoisonAlarm", put("EvaluationPeriods", 1_441), "more than 86400 s"),
    "an alarm by the hour over more than a week": ("DeadLettersAlarm", put("EvaluationPeriods", 169), "604800"),
    "a period of 90 seconds": ("PoisonAlarm", put("Period", 90), "multiple of 60"),
    "a percentile as a simple statistic": ("PoisonAlarm", put("Statistic", "p99"), "not one of SampleCount"),
    "both statistics": ("PoisonAlarm", put("ExtendedStatistic", "p99"), "not both"),
    "a percentile beyond 100": ("SendsPerAttemptAlarm", put("ExtendedStatistic", "p250"), "not an extended statistic"),
    "few samples without a percentile": (
        "PoisonAlarm",
        put("EvaluateLowSampleCountPercentile", "ignore"),
        "for percentiles only",
    ),
    "an unknown way with missing data": ("PoisonAlarm", put("TreatMissingData", "never"), "TreatMissingData is never"),
    "four of three periods": ("ApiFailureAlarm", put("DatapointsToAlarm", 4), "cannot breach"),
    "a metric that nothing emits": ("NotStoredAlarm", put("MetricName", "NotStored5xx"), "nothing emits"),
    "a dimension that the metric does not have": (
        "PoisonAlarm",
        put("Dimensions", 0, "Name", "Queue"),
        "has the dimension QueueName",
    ),
    # Who may what
    "an action that AWS does not have": (
        "ReceiverRole",
        statement(Action="dynamodb:PutItems"),
        "no action dynamodb:PutItems",
    ),
    "a service that AWS does not have": (
        "ReceiverRole",
        statement(Action="dynamo:PutItem"),
        "no action dynamo:PutItem",
    ),
    "an action on something else": (
        "ReceiverRole",
        statement(Action="sqs:SendMessage", Resource=TABLE),
        "sqs:SendMessage cannot be about",
    ),
    "the local engine's action alone": (
        "ReceiverRole",
        statement(Action="sqs:SendMessageBatch"),
        "stands without sqs:SendMessage",
    ),
    "an unknown condition key": (
        "ReceiverRole",
        statement(Condition={"StringEquals": {"dynamodb:LeadingKey": "1"}}),
        "no condition key",
    ),
    "an unknown operator": ("ReceiverRole", statement(Condition={"Equals": {"aws:SourceAccount": "1"}}), "no operator"),
    "inline policies that are too large": ("ReceiverRole", statement(Sid="x" * 10_240), "more than 10240"),
    "a schedule that may not invoke its function": (
        "DispatcherFunctionDispatchScheduleRole",
        statement(Action="lambda:GetFunction"),
        "does not allow lambda:InvokeFunction",
    ),
    "a schedule that may not send to its dead-letter queue": (
        "DispatcherFunctionDispatchScheduleRole",
        lambda role: role["Policies"].pop(),
        "does not allow sqs:SendMessage",
    ),
    "a schedule's role for somebody else": (
        "DispatcherFunctionDispatchScheduleRole",
        put("AssumeRolePolicyDocument", "Statement", 0, "Principal", {"Service": "events.amazonaws.com"}),
        "may not take on the role",
    ),
    "an API that may not invoke": ("OrdersFunctionQueryOrderPermission", put("FunctionName", "other"), "GET/orders"),
    "an API that may not ask the authorizer": (
        "HttpApiKeyAuthorizerAuthorizerPermission",
        put("SourceArn", "arn:aws:execute-api:eu-central-1:123456789012:other/*"),
        "may not invoke the authorizer",
    ),
    # Times, queues
    "one minutes": (
        "DispatcherFunctionDispatchSchedule",
        put("ScheduleExpression", {"Fn::Sub": "rate(${DispatchEvery} minutes)"}),
        "not every scheduler",
    ),
    "a message that comes back while its function runs": (
        "DeliveryQueue",
        put("VisibilityTimeout", 49),
        "before its function ends",
    ),
    "a message that comes back sooner than AWS advises": (
        "JobQueue",
        put("VisibilityTimeout", 900),
        "less than AWS advises",
    ),
    "a large batch without a window": ("DelivererFunctionDue", put("BatchSize", 100), "needs a batching window"),
    "a poison queue that forgets first": (
        "JobPoisonQueue",
        put("MessageRetentionPeriod", 3_600),
        "keeps what is moved there for less time",
    ),
    "more tries than Scheduler makes": (
        "DispatcherFunctionDispatchSchedule",
        put("Target", "RetryPolicy", "MaximumRetryAttempts", 186),
        "more than 185",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_template_is_found(mistake: str) -> None:
    name, change, says = MISTAKES[mistake]
    template = json.loads(json.dumps(translated()))
    change(template["Resources"][name]["Properties"])
    assert any(says in fault for fault in faults(template, ["everything"])), faults(template, ["everything"])


def test_reference_to_a_missing_resource_is_found() -> None:
    template = json.loads(json.dumps(translated()))
    template["Resources"]["DispatcherFunctionDispatchSchedule"]["Properties"]["Target"]["DeadLetterConfig"] = {
        "Arn": CANARYS_QUEUE
    }
    assert faults(template, ["defaults"]) == [
        "a reference has no target: CanaryFailureQueue is not made with these parameters (defaults)"
    ]


def test_every_resource_and_every_option_is_checked() -> None:
    made = Stack(translated(), EVERYTHING).resources()
    assert {*translated()["Resources"]} == {*made}
    assert made["NotificationTable"]["Properties"]["BillingMode"] == "PROVISIONED"
    bounded = Stack(translated(), {"MaxWritesPerSecond": "4000"}).resources()
    assert bounded["NotificationTable"]["Properties"]["OnDemandThroughput"] == {"MaxWriteRequestUnits": "4000"}


def test_output_descriptions_are_short_enough() -> None:
    assert all(len(one["Description"]) <= 1_024 for one in TEMPLATE["Outputs"].values())
