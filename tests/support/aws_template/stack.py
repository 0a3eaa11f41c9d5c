"""The resources of a stack, with the values that CloudFormation would give them.

Where the template names no physical name, the logical id stands for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from tests.support.aws_template.intrinsics import Resolver
from tests.support.aws_template.sam import translated

REGION, ACCOUNT = "eu-central-1", "123456789012"
LONGEST_STACK_NAME = "herald-" + "x" * 48  # 55 characters: the schedules' names add nine, and may have 64
EVERYTHING = {
    "Stage": "prod",
    "AlertEmail": "service@example.com",
    "CanaryPartnerId": "900001",  # as in tests/integration/functions/test_canary.py
    "SubnetIds": "subnet-0a1b2c3d,subnet-4e5f6a7b",
    "SecurityGroupIds": "sg-0a1b2c3d",
    "InternalCidrs": "10.1.0.0/16,fd12:3456::/32",
    "Tracing": "On",
    "BillingMode": "PROVISIONED",
}

type Resources = Mapping[str, Mapping[str, Any]]

_NAMES = {  # what Ref gives where it is no ARN, and the last part of the ARN
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::CloudWatch::Dashboard": "DashboardName",
}
_ARNS = {  # by service, what stands before the name
    "AWS::DynamoDB::Table": "dynamodb:{place}:table/",
    "AWS::SQS::Queue": "sqs:{place}:",
    "AWS::SNS::Topic": "sns:{place}:",
    "AWS::KMS::Key": "kms:{place}:key/",
    "AWS::Lambda::Function": "lambda:{place}:function:",
    "AWS::Lambda::LayerVersion": "lambda:{place}:layer:",
    "AWS::IAM::Role": "iam::{account}:role/",
    "AWS::IAM::ManagedPolicy": "iam::{account}:policy/",
    "AWS::Logs::LogGroup": "logs:{place}:log-group:",
    "AWS::CloudWatch::Alarm": "cloudwatch:{place}:alarm:",
    "AWS::Scheduler::Schedule": "scheduler:{place}:schedule/default/",
}
_REF_IS_ARN = {"AWS::SNS::Topic", "AWS::IAM::ManagedPolicy", "AWS::Lambda::LayerVersion"}


@dataclass(frozen=True)
class Stack:
    """A stack of the (translated) template with these parameters."""

    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    name: str = "herald"

    def resources(self) -> dict[str, dict[str, Any]]:
        """By logical id, those whose condition is met, with every intrinsic function evaluated."""
        made = {name: one for name, one in self.template["Resources"].items() if name in self._made}
        return {name: self._resolver.resolve(_without_condition(one)) for name, one in made.items()}

    def outputs(self) -> dict[str, Any]:
        """The value of each output whose condition is met."""
        found = {name: one for name, one in self.template["Outputs"].items() if self._is_made(one)}
        return {name: self._resolver.resolve(one["Value"]) for name, one in found.items()}

    @cached_property
    def _resolver(self) -> Resolver:
        defaults = {name: str(one["Default"]) for name, one in self.template["Parameters"].items()}
        pseudo = {
            "AWS::StackName": self.name,
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        values = {**defaults, **self.parameters, **pseudo}
        return Resolver(values, self.template.get("Conditions", {}), self._ref, self._attribute)

    @cached_property
    def _made(self) -> set[str]:
        return {name for name, one in self.template["Resources"].items() if self._is_made(one)}

    def _is_made(self, one: Mapping[str, Any]) -> bool:
        return "Condition" not in one or self._resolver.holds(one["Condition"])

    def _ref(self, logical: str) -> str:
        kind, name = self._kind(logical), self._name(logical)
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        return _arn(kind, name) if kind in _REF_IS_ARN else name

    def _attribute(self, logical: str, attribute: str) -> str:
        kind, name = self._kind(logical), self._name(logical)
        match kind, attribute:
            case "AWS::Logs::LogGroup", "Arn":
                return f"{_arn(kind, name)}:*"
            case _, ("Arn" | "TopicArn"):
                return _arn(kind, name)
            case _, "ApiEndpoint":
                return f"https://{logical.lower()}.execute-api.{REGION}.amazonaws.com"
            case _, ("QueueName" | "TopicName" | "ApiId"):
                return name
        raise NotImplementedError(f"tests/support/aws_template/stack.py has no attribute {attribute} of {kind}")

    def _kind(self, logical: str) -> str:
        if logical not in self._made:
            raise LookupError(f"{logical} is not made with these parameters")
        return str(self.template["Resources"][logical]["Type"])

    def _name(self, logical: str) -> str:
        one = self.template["Resources"][logical]
        given = one.get("Properties", {}).get(_NAMES.get(one["Type"], ""))
        return logical if given is None else str(self._resolver.resolve(given))


def _without_condition(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "Condition"}


def arn(logical: str, resource: Mapping[str, Any]) -> str:
    """The ARN of a resource whose intrinsic functions are evaluated."""
    given = resource.get("Properties", {}).get(_NAMES.get(resource["Type"], ""))
    return _arn(resource["Type"], logical if given is None else given)


def _arn(kind: str, name: str) -> str:
    version = ":1" if kind == "AWS::Lambda::LayerVersion" else ""
    return f"arn:aws:{_ARNS[kind].format(place=f'{REGION}:{ACCOUNT}', account=ACCOUNT)}{name}{version}"


@cache
def everything_on() -> dict[str, dict[str, Any]]:
    """The resources of a stack with every option. Do not change it."""
    return Stack(translated(), EVERYTHING).resources()


def functions() -> dict[str, str]:
    """The logical id of each function by the folder that its code stands in."""
    from tests.support.docs.template import FUNCTION  # noqa: PLC0415 - it reads the untranslated template

    return {str(one["Handler"]).partition(".")[0]: name for name, one in FUNCTION.items()}


def role_of(resources: Resources, function: str) -> str:
    """The logical id of the role of the function in this folder."""
    role = resources[functions()[function]]["Properties"]["Role"]
    return next(name for name, one in resources.items() if one["Type"] == "AWS::IAM::Role" and arn(name, one) == role)
