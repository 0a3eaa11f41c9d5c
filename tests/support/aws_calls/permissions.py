"""What each function's role allows, and what its requests need: AWS's names of actions, and the resources' ARNs.

Resources are called by their logical ids, as in the tests' own AWS (tests/support/aws/aws_stack.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from typing import Any

from tests.support.aws_calls.expressions import named_attributes
from tests.support.aws_template.stack import ACCOUNT, REGION, Resources, arn, everything_on, functions, role_of

# Requests that ask for the permission of another name (service authorization reference).
_ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "PublishBatch": "Publish",
    "Invoke": "InvokeFunction",
}
_IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
# Asked for by the local engine alone, which tells a batch from a single message. AWS has no such action.
OF_THE_LOCAL_ENGINE = {"sqs:SendMessageBatch": "sqs:SendMessage"}
KEYS, ATTRIBUTES = "dynamodb:LeadingKeys", "dynamodb:Attributes"
CONTEXT, CONTEXT_KEYS = "kms:EncryptionContext:", "kms:EncryptionContextKeys"
# The only key that functions name in requests: SNS uses the other one with their rights (lambda_service.py).
_SECRET_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/SecretKey"


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """An action that a function (its folder's name) does to a resource (its ARN).

    `keys` are partition keys, `attributes` the top-level attributes that an update names, `context` the encryption
    context.
    """

    function: str
    action: str
    resource: str
    keys: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    context: tuple[tuple[str, str], ...] = ()


def uses_of(function: str, service: str, operation: str, request: Mapping[str, Any]) -> Iterator[Use]:
    """The permissions that one request needs."""
    if service == "dynamodb":
        yield from _of_tables(function, operation, request)
    elif service == "kms":
        context = tuple(sorted(request.get("EncryptionContext", {}).items()))
        yield Use(function, f"kms:{operation}", _SECRET_KEY, context=context)
    elif service == "lambda":
        resource = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{request['FunctionName']}"
        yield Use(function, f"lambda:{_ACTIONS.get(operation, operation)}", resource)
    else:
        name = request.get("QueueUrl") or request.get("TopicArn") or "*"
        resource = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name.replace('/', ':').rpartition(':')[2]}"
        yield Use(function, f"{service}:{_ACTIONS.get(operation, operation)}", resource)


def _of_tables(function: str, operation: str, request: Mapping[str, Any]) -> Iterator[Use]:
    for table in request.get("RequestItems", {}):
        yield Use(function, f"dynamodb:{operation}", _table(table))
    for one in request.get("TransactItems", []):
        for kind, part in one.items():
            yield Use(function, f"dynamodb:{_IN_TRANSACTIONS[kind]}", _table(part["TableName"]), *_conditions(part))
    if "TableName" in request:
        index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
        yield Use(function, f"dynamodb:{operation}", _table(request["TableName"]) + index, *_conditions(request))


def _conditions(request: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What IAM's conditions compare: the partition keys, and the attributes of an update."""
    named = {*request.get("Key", {}), *named_attributes(request)} if "UpdateExpression" in request else ()
    return _leading_keys(request), tuple(sorted(named))


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _leading_keys(request: Mapping[str, Any]) -> tuple[str, ...]:
    """The partition key that a request names, as IAM compares it: as text."""
    from tests.support.aws_calls.tables import keys_of  # noqa: PLC0415 - tables are few, most requests name none

    keys, of_one = keys_of(request["TableName"]), request.get("Key") or request.get("Item")
    if keys is None or not of_one:
        return ()
    return tuple(str(value) for value in of_one.get(keys.table[0], {}).values())


def refusals(uses: Iterable[Use]) -> list[str]:
    """A sentence for each that the function's role does not allow."""
    return [
        f"the role of {use.function} does not allow {use.action} on {use.resource}"
        for use in sorted(uses)
        if not any(allows(one, use) for one in statements_of(use.function))
    ]


@cache
def statements_of(function: str) -> tuple[Mapping[str, Any], ...]:
    """The statements of the role of the function in this folder, its managed policies' too."""
    return tuple(statements(everything_on(), function))


def statements(resources: Resources, function: str) -> Iterator[Mapping[str, Any]]:
    """Likewise, of any template; what policies of their own and the policies of keys allow the role is among them."""
    logical = role_of(resources, function)
    role = resources[logical]["Properties"]
    yield from _of_keys(resources, arn(logical, resources[logical]))
    managed = {arn(name, one): one["Properties"] for name, one in resources.items() if "ManagedPolicy" in one["Type"]}
    documents = [one["PolicyDocument"] for one in role.get("Policies", [])]
    documents += [managed[one]["PolicyDocument"] for one in role.get("ManagedPolicyArns", []) if one in managed]
    inline = (one["Properties"] for one in resources.values() if one["Type"] == "AWS::IAM::Policy")
    documents += [one["PolicyDocument"] for one in inline if logical in one["Roles"]]
    for document in documents:
        yield from document["Statement"]


def _of_keys(resources: Resources, role: str) -> Iterator[Mapping[str, Any]]:
    for name, one in resources.items():
        if one["Type"] == "AWS::KMS::Key":
            for statement in one["Properties"]["KeyPolicy"]["Statement"]:
                if role in listed(statement["Principal"].get("AWS", [])):
                    yield {**statement, "Resource": arn(name, one)}


def allows(statement: Mapping[str, Any], use: Use) -> bool:
    """Whether this statement allows that."""
    pairs = product(listed(statement["Action"]), listed(statement["Resource"]))
    named = any(_needs(use, action, resource) for action, resource in pairs if action not in OF_THE_LOCAL_ENGINE)
    return statement["Effect"] == "Allow" and named and _holds(statement.get("Condition", {}), use)


def _holds(condition: Mapping[str, Any], use: Use) -> bool:
    """Whether the condition of a statement holds. A key that is not reckoned with here is a fault of this check."""
    return all(
        _compared(operator, name, listed(wanted), use)
        for operator, those in condition.items()
        for name, wanted in those.items()
    )


def _compared(operator: str, name: str, wanted: list[Any], use: Use) -> bool:
    several = {KEYS: use.keys, ATTRIBUTES: use.attributes, CONTEXT_KEYS: tuple(name for name, _ in use.context)}
    if operator.startswith("ForAllValues:String") and name in several:
        return all(any(fnmatchcase(one, str(pattern)) for pattern in wanted) for one in several[name])
    if name.startswith(CONTEXT):
        value = dict(use.context).get(name.removeprefix(CONTEXT))
        if operator == "Null":
            return wanted == ["true" if value is None else "false"]
        if operator == "StringEquals":
            return value in [str(one) for one in wanted]
    raise NotImplementedError(f"tests/support/aws_calls/permissions.py does not know the condition {operator} {name}")


def listed(value: Any) -> list[Any]:
    """One value, or several."""
    return value if isinstance(value, list) else [value]


def allowed(resources: Resources, function: str) -> set[tuple[str, str]]:
    """Each action and resource that the role of this function names."""
    return {
        (action, resource)
        for statement in statements(resources, function)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def unused(resources: Resources, uses: Iterable[Use]) -> list[str]:
    """A sentence for each permission that none of these uses needs."""
    uses = list(uses)
    return [
        f"the role of {function} allows {action} on {resource}, which nothing uses"
        for function in functions()
        for action, resource in sorted(allowed(resources, function))
        if not any(use.function == function and _needs(use, action, resource) for use in uses)
    ]


def _needs(use: Use, action: str, resource: str) -> bool:
    action = OF_THE_LOCAL_ENGINE.get(action, action)
    return fnmatchcase(use.action.lower(), action.lower()) and fnmatchcase(use.resource, resource)
