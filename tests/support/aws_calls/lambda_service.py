"""What Lambda and other services do with a function's role beside its code, as the template asks them to."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.aws_calls.permissions import Use
from tests.support.aws_template.stack import Resources, arn, functions

# From Lambda's guide: "Using Lambda with Amazon SQS", "Giving Lambda functions access to resources in an Amazon VPC".
_POLLER = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_IN_SUBNETS = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


def uses(resources: Resources) -> Iterator[Use]:
    """What each function's role must allow for this."""
    folders = {logical: folder for folder, logical in functions().items()}
    for logical, folder in folders.items():
        if logical in resources:
            yield from _of_function(folder, resources[logical]["Properties"])
    for one in resources.values():
        properties = one.get("Properties", {})
        match one["Type"]:
            case "AWS::Lambda::EventSourceMapping":
                folder = folders[properties["FunctionName"]]
                yield from (Use(folder, action, properties["EventSourceArn"]) for action in _POLLER)
            case "AWS::Lambda::EventInvokeConfig":
                target = properties["DestinationConfig"]["OnFailure"]["Destination"]
                yield Use(folders[properties["FunctionName"]], "sqs:SendMessage", target)


def of_publishing(resources: Resources, publishers: set[tuple[str, str]]) -> Iterator[Use]:
    """SNS encrypts with the publisher's rights (its guide, "Key management"). `publishers`: folder and topic's ARN."""
    for name, one in resources.items():
        if one["Type"] == "AWS::SNS::Topic" and "KmsMasterKeyId" in one["Properties"]:
            key = f"{arn('', {'Type': 'AWS::KMS::Key'})}{one['Properties']['KmsMasterKeyId']}"
            for function in (function for function, topic in publishers if topic == arn(name, one)):
                yield from (Use(function, action, key) for action in ("kms:GenerateDataKey", "kms:Decrypt"))


def _of_function(folder: str, properties: Mapping[str, Any]) -> Iterator[Use]:
    group = properties["LoggingConfig"]["LogGroup"]
    stream = f"{arn('', {'Type': 'AWS::Logs::LogGroup'})}{group}:log-stream:2026/11/26/1"
    yield from (Use(folder, f"logs:{action}", stream) for action in ("CreateLogStream", "PutLogEvents"))
    if properties.get("TracingConfig", {}).get("Mode") == "Active":
        yield from (Use(folder, f"xray:{action}", "*") for action in ("PutTraceSegments", "PutTelemetryRecords"))
    if "VpcConfig" in properties:
        yield from (Use(folder, action, "*") for action in _IN_SUBNETS)
