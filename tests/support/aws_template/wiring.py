"""What invokes what: queues and their functions, schedules and their targets, the API and its functions."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.aws_calls.permissions import listed
from tests.support.aws_template.iam import of_statement
from tests.support.aws_template.stack import ACCOUNT, REGION, Resources, arn

# AWS advises six times the function's time limit, plus the batching window, for a function that may be throttled.
_ADVISED = 6
# Shorter, with the reason. A shorter one than the time limit itself is refused by Lambda in any case.
SHORTER = {
    "DeliveryQueue": "what a broken batch leaves is due again, and MaximumConcurrency keeps off throttled receives",
}
_RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)")
_CRON = re.compile(r"cron\((\S+ ){5}\S+\)")


def faults(resources: Resources) -> Iterator[str]:
    """Each place where the caller could not invoke its target."""
    for name, one in resources.items():
        properties = one.get("Properties", {})
        match one["Type"]:
            case "AWS::Lambda::EventSourceMapping":
                yield from (f"{name}: {fault}" for fault in _of_mapping(properties, resources))
            case "AWS::SQS::Queue" if "RedrivePolicy" in properties:
                yield from (f"{name}: {fault}" for fault in _of_redrive(properties, resources))
            case "AWS::Scheduler::Schedule":
                yield from (f"{name}: {fault}" for fault in _of_schedule(properties, resources))
            case "AWS::ApiGatewayV2::Api":
                yield from (f"{name}: {fault}" for fault in _of_api(name, properties, resources))


def _of_mapping(mapping: Mapping[str, Any], resources: Resources) -> Iterator[str]:
    name, queue = _by_arn(mapping["EventSourceArn"], resources)
    limit = resources[mapping["FunctionName"]]["Properties"].get("Timeout", 3)
    hidden = queue.get("VisibilityTimeout", 30)
    if hidden < limit:
        yield f"{name} shows a message again after {hidden} s, before its function ends ({limit} s)"
    elif hidden < _ADVISED * limit + mapping.get("MaximumBatchingWindowInSeconds", 0) and name not in SHORTER:
        yield f"{name} hides a message for {hidden} s, less than AWS advises for a function of {limit} s"
    if mapping.get("BatchSize", 10) > 10 and not mapping.get("MaximumBatchingWindowInSeconds"):
        yield "a batch of more than ten needs a batching window"


def _of_redrive(queue: Mapping[str, Any], resources: Resources) -> Iterator[str]:
    policy = queue["RedrivePolicy"]
    name, target = _by_arn(policy["deadLetterTargetArn"], resources)
    if not 1 <= int(policy["maxReceiveCount"]) <= 1_000:
        yield f"maxReceiveCount is {policy['maxReceiveCount']}, not from 1 to 1000"
    # What is moved keeps its age in a standard queue: the target must keep it for longer.
    if target.get("MessageRetentionPeriod", 345_600) < queue.get("MessageRetentionPeriod", 345_600):
        yield f"{name} keeps what is moved there for less time than the queue itself"


def _of_schedule(schedule: Mapping[str, Any], resources: Resources) -> Iterator[str]:
    expression, target = schedule["ScheduleExpression"], schedule["Target"]
    if not (_RATE.fullmatch(expression) or _CRON.fullmatch(expression)):
        yield f"{expression} is a form that not every scheduler of AWS takes"
    _, role = _by_arn(target["RoleArn"], resources)
    trusted = [
        one
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        for one in listed(statement["Principal"]["Service"])
    ]
    if "scheduler.amazonaws.com" not in trusted:
        yield "Scheduler may not take on the role"
    wanted = [("lambda:InvokeFunction", target["Arn"])]
    if "DeadLetterConfig" in target:
        wanted.append(("sqs:SendMessage", target["DeadLetterConfig"]["Arn"]))
    yield from (f"its role does not allow {action} on {on}" for action, on in wanted if not _allows(role, action, on))


def _allows(role: Mapping[str, Any], action: str, resource: str) -> bool:
    statements = [one for policy in role.get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]
    return any(
        one["Effect"] == "Allow" and action in listed(one["Action"]) and resource in listed(one["Resource"])
        for one in statements
        if not [*of_statement(one)]
    )


def _of_api(name: str, api: Mapping[str, Any], resources: Resources) -> Iterator[str]:
    """Each route's function lets the API invoke it; so does the authorizer's."""
    place = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{name}"
    for path, methods in api["Body"]["paths"].items():
        for method, operation in methods.items():
            route = "$default" if path == "$default" else f"{method.upper()}{path}"
            target = operation["x-amazon-apigateway-integration"]["uri"]
            if not _invocable(target, f"{place}/$default/{route}", resources):
                yield f"the API may not invoke the function of {route}"
    for scheme in api["Body"]["components"]["securitySchemes"].values():
        if not _invocable(
            scheme["x-amazon-apigateway-authorizer"]["authorizerUri"], f"{place}/authorizers/a1", resources
        ):
            yield "the API may not invoke the authorizer"


def _invocable(uri: str, source: str, resources: Resources) -> bool:
    function = uri.rpartition("/functions/")[2].removesuffix("/invocations")
    permissions = (one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Permission")
    return any(
        function in {one["FunctionName"], arn(one["FunctionName"], {"Type": "AWS::Lambda::Function"})}
        and one["Principal"] == "apigateway.amazonaws.com"
        and _covers(one["SourceArn"], source)
        for one in permissions
    )


def _covers(pattern: str, source: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), source) is not None


def _by_arn(wanted: str, resources: Resources) -> tuple[str, Mapping[str, Any]]:
    kinds = {"AWS::SQS::Queue", "AWS::IAM::Role", "AWS::Lambda::Function"}
    return next(
        (name, one["Properties"])
        for name, one in resources.items()
        if one["Type"] in kinds and arn(name, one) == wanted
    )
