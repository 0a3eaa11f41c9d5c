"""Policies: actions that exist, resources and conditions that they support, and IAM's sizes.

The actions and resources are those that cfn-lint carries of AWS's service authorization reference.
"""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.support.aws_calls.permissions import OF_THE_LOCAL_ENGINE, listed
from tests.support.aws_template.stack import ACCOUNT, REGION, Resources

# Characters without white space (IAM's quotas); a managed policy, all inline policies of a role, a trust policy.
_MANAGED, _INLINE, _TRUST, _KEY_POLICY, _ATTACHED = 6_144, 10_240, 2_048, 32_768, 10
_KINDS = "String|Numeric|Date|Bool|Binary|IpAddress|NotIpAddress|Arn|Null"
_OPERATOR = re.compile(
    rf"(ForAllValues:|ForAnyValue:)?({_KINDS})(Not)?(Equals|Like|LessThan|GreaterThan)?\w*(IfExists)?"
)
_CONDITION_KEYS = {  # IAM's global ones, and those of the services that Herald's statements are about
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:RequestTag/",
    "aws:ResourceAccount",
    "aws:ResourceTag/",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:ViaAWSService",
    "dynamodb:Attributes",
    "dynamodb:LeadingKeys",
    "dynamodb:ReturnValues",
    "dynamodb:Select",
    "kms:CallerAccount",
    "kms:EncryptionContext:",
    "kms:EncryptionContextKeys",
    "kms:ViaService",
    "lambda:SourceFunctionArn",
    "sns:Endpoint",
    "sns:Protocol",
}

type Statement = Mapping[str, Any]


def faults(resources: Resources) -> Iterator[str]:
    """Each rule that a policy does not meet."""
    for name, one in resources.items():
        for document in _documents(one):
            for statement in listed(document["Statement"]):
                yield from (f"{name}: {fault}" for fault in of_statement(statement))
        yield from (f"{name}: {fault}" for fault in _too_large(one))


def of_statement(statement: Statement) -> Iterator[str]:
    """Each rule that one statement does not meet."""
    if statement.get("Effect") not in {"Allow", "Deny"}:
        yield f"the effect is {statement.get('Effect')}"
    actions = listed(statement.get("Action", []))
    if not actions:
        yield "a statement has no action"
    for action in actions:
        yield from _of_action(action, actions, statement)
    for operator, condition in statement.get("Condition", {}).items():
        if not _OPERATOR.fullmatch(operator):
            yield f"{operator} is no operator of a condition"
        yield from (f"{key} is no condition key" for key in condition if not _is_key(key))


def _of_action(action: str, beside: list[str], statement: Statement) -> Iterator[str]:
    if action in OF_THE_LOCAL_ENGINE:
        if OF_THE_LOCAL_ENGINE[action] not in beside:
            yield f"{action} stands without {OF_THE_LOCAL_ENGINE[action]}, which AWS checks"
        return
    service, _, name = action.partition(":")
    known = _services().get(service, {"Actions": {}})["Actions"]
    meant = [one for one in known if fnmatchcase(one, name.lower())]
    if not meant:
        yield f"AWS has no action {action}"
    resources = listed(statement.get("Resource", []))
    if "*" not in name and meant:
        yield from (f"{action} cannot be about {one}" for one in resources if not _can_be_about(service, meant[0], one))


def _can_be_about(service: str, action: str, resource: str) -> bool:
    if resource == "*":
        return True
    kinds = _services()[service]["Actions"][action].get("Resources", [])
    formats = [one for kind in kinds for one in _services()[service]["Resources"][kind]["ARNFormats"]]
    return any(re.fullmatch(_filled(one), resource) for one in formats)


def _filled(form: str) -> str:
    known = {"${Partition}": "aws", "${Region}": REGION, "${Account}": ACCOUNT}
    for name, value in known.items():
        form = form.replace(name, value)
    return form


@cache
def _services() -> dict[str, Any]:
    """By service: the actions in small letters, and the forms of its resources' ARNs."""
    found = find_spec("cfnlint")  # not imported: that takes seconds, and the file is all that is needed
    assert found is not None
    assert found.origin is not None
    known: dict[str, Any] = json.loads((Path(found.origin).parent / "data/AdditionalSpecs/Policies.json").read_text())
    return known


def _is_key(key: str) -> bool:
    return any(key.startswith(one) if one[-1] in "/:" else key == one for one in _CONDITION_KEYS)


def _documents(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    properties = resource.get("Properties", {})
    yield from (one["PolicyDocument"] for one in properties.get("Policies", []) if "PolicyDocument" in one)
    yield from (
        properties[one] for one in ("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy") if one in properties
    )


def _too_large(resource: Mapping[str, Any]) -> Iterator[str]:
    properties = resource.get("Properties", {})
    sizes = {
        "the managed policy": (_size(properties.get("PolicyDocument")), _MANAGED),
        "the key policy": (_size(properties.get("KeyPolicy")), _KEY_POLICY),
        "the trust policy": (_size(properties.get("AssumeRolePolicyDocument")), _TRUST),
        "all inline policies": (
            sum(_size(one.get("PolicyDocument")) for one in properties.get("Policies", [])),
            _INLINE,
        ),
        "the list of managed policies": (len(properties.get("ManagedPolicyArns", [])), _ATTACHED),
    }
    yield from (f"{what} has {size}, more than {most}" for what, (size, most) in sizes.items() if size > most)


def _size(document: Any) -> int:
    return len(re.sub(r"\s", "", json.dumps(document))) if document else 0
