"""Each resource's properties against the API model of the request that CloudFormation sends for them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.aws_calls import model, sqs
from tests.support.aws_template.stack import Resources

_GENERATED = "x" * 12  # a name that CloudFormation generates fits
_RETENTION = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
_ENVIRONMENT = 4_096  # bytes of a function's variables


@dataclass(frozen=True, slots=True)
class Request:
    """The request that creates a resource. Properties have the names of its members, except for `renamed`."""

    service: str
    operation: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    generated: Mapping[str, Any] = field(default_factory=dict)  # what CloudFormation fills in
    left_out: frozenset[str] = frozenset({"Tags"})  # of another shape in a template


_REQUESTS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": Request("application-autoscaling", "RegisterScalableTarget"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Request(
        "application-autoscaling",
        "PutScalingPolicy",
        generated={  # from ScalingTargetId
            "ServiceNamespace": "dynamodb",
            "ResourceId": _GENERATED,
            "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
        },
    ),
    "AWS::CloudWatch::Alarm": Request("cloudwatch", "PutMetricAlarm", generated={"AlarmName": _GENERATED}),
    "AWS::CloudWatch::Dashboard": Request("cloudwatch", "PutDashboard", generated={"DashboardName": _GENERATED}),
    "AWS::DynamoDB::Table": Request(
        "dynamodb",
        "CreateTable",
        generated={"TableName": _GENERATED},
        left_out=frozenset({"Tags", "SSESpecification"}),
    ),
    "AWS::KMS::Key": Request("kms", "CreateKey", renamed={"KeyPolicy": "Policy"}),
    "AWS::Lambda::EventInvokeConfig": Request("lambda", "PutFunctionEventInvokeConfig"),
    "AWS::Lambda::EventSourceMapping": Request("lambda", "CreateEventSourceMapping"),
    "AWS::Lambda::Function": Request(
        "lambda",
        "CreateFunction",
        generated={"FunctionName": _GENERATED, "Code": {}},
        left_out=frozenset({"Tags", "Code"}),
    ),
    "AWS::Lambda::LayerVersion": Request("lambda", "PublishLayerVersion"),
    "AWS::Lambda::Permission": Request("lambda", "AddPermission", generated={"StatementId": _GENERATED}),
    "AWS::Logs::LogGroup": Request("logs", "CreateLogGroup", renamed={"LogGroupName": "logGroupName"}),
    "AWS::IAM::ManagedPolicy": Request("iam", "CreatePolicy", generated={"PolicyName": _GENERATED}),
    "AWS::IAM::Role": Request("iam", "CreateRole", generated={"RoleName": _GENERATED}),
    "AWS::Scheduler::Schedule": Request("scheduler", "CreateSchedule"),
    "AWS::SNS::Topic": Request("sns", "CreateTopic", generated={"Name": _GENERATED}),
    "AWS::SNS::Subscription": Request("sns", "Subscribe"),
}


def faults(resources: Resources) -> Iterator[str]:
    """Each constraint that a property does not meet."""
    for name, one in resources.items():
        properties = one.get("Properties", {})
        if one["Type"] in _REQUESTS:
            yield from (f"{name}{fault}" for fault in _of(_REQUESTS[one["Type"]], properties))
        yield from (f"{name}: {fault}" for fault in _documented(one["Type"], properties))


def _of(request: Request, properties: Mapping[str, Any]) -> Iterator[str]:
    shape = model.input_of(request.service, request.operation)
    named = {request.renamed.get(name, name): value for name, value in properties.items()}
    taken = {name: _as_sent(shape.members[name], value) for name, value in named.items() if name in shape.members}
    kept = {name: value for name, value in taken.items() if name not in request.left_out}
    yield from model.faults(shape, {**request.generated, **kept})


def _as_sent(shape: Any, value: Any) -> Any:
    """Policies and dashboards are sent as text."""
    return json.dumps(value) if shape.type_name == "string" and isinstance(value, dict) else value


def _documented(kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    """Rules that no API model contains."""
    match kind:
        case "AWS::SQS::Queue":
            named = {"QueueName": properties.get("QueueName", _GENERATED)}
            yield from sqs.faults("CreateQueue", {**named, "Attributes": properties})
        case "AWS::Logs::LogGroup" if properties.get("RetentionInDays", 1) not in _RETENTION:
            yield f"CloudWatch Logs does not keep for {properties['RetentionInDays']} days"
        case "AWS::SNS::Topic" if len(properties.get("DisplayName", "")) > 100:
            yield "a display name has at most 100 characters"
        case "AWS::CloudWatch::Dashboard" if not _is_dashboard_name(properties.get("DashboardName", _GENERATED)):
            yield f"{properties['DashboardName']!r} is no name of a dashboard"
        case "AWS::Lambda::Function":
            variables = json.dumps(properties.get("Environment", {}).get("Variables", {}))
            if len(variables.encode()) > _ENVIRONMENT:
                yield f"the environment has more than {_ENVIRONMENT} bytes"


def _is_dashboard_name(name: str) -> bool:
    return 1 <= len(name) <= 255 and name.replace("-", "").replace("_", "").isalnum() and name.isascii()
