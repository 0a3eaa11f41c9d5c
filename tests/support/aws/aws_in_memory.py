"""The template's resources in moto, in this process: created by requests once, then copied for each test.

Clients and session are shared as well. To make them anew took most of the time of a short test. What moto
and botocore compute for each request or for each item of a table is computed once or sooner.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from threading import Condition
from typing import Any
from unittest.mock import patch

import boto3
from botocore.useragent import UserAgentComponent
from moto import mock_aws
from moto.core import responses
from moto.core.base_backend import BaseBackend
from moto.core.serialize import JSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.support.aws.aws_stack import REGION, Aws

_ACCOUNT = "123456789012"
_CAST: Any = DynamoType.cast_value
_AS_SENT = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})
_STRUCTURE: Any = JSONSerializer._serialize_type_structure

type Contents = dict[str, Any]  # the attributes of a backend


@contextmanager
def aws_in_memory() -> Iterator[Aws]:
    """The empty tables, queues and topic of the template. boto3's default session is one for all tests meanwhile."""
    with mock_aws(), patch("boto3.DEFAULT_SESSION", _session()):
        aws, created = _created()
        for backend, (original, contents) in zip(_backends(), created, strict=True):
            vars(backend).update(_copy(contents, {id(original): backend}))
        yield aws


def _cast_value(self: DynamoType) -> Any:
    """The value to compare by. Most are texts, which moto finds out last."""
    return self.value if self.type == "S" else _CAST.fget(self)


def _all_items(self: Table) -> list[Item]:
    """As moto has it, with each item's key converted once instead of at each comparison."""
    rows: Any = self.items.values()
    items = [item for row in rows for item in row.values()] if self.range_key_attr else rows
    return sorted(items, key=lambda item: [key.cast_value for key in (item.hash_key, item.range_key) if key])


def _serialize_structure(self: JSONSerializer, serialized: Contents, value: Any, shape: Any, key: str) -> None:
    """As moto has it, without a look at each type that an attribute value may have: most are held as they are sent."""
    if shape.name == "AttributeValue" and type(value) is dict and _AS_SENT.issuperset(value):
        self._default_serialize(serialized, value, shape, key)
    else:
        _STRUCTURE(self, serialized, value, shape, key)


responses.method_names_from_class = cache(method_names_from_class)  # type: ignore[attr-defined] # it is imported there
UserAgentComponent.to_string = cache(UserAgentComponent.to_string)  # type: ignore[method-assign] # replaced for speed
DynamoType.cast_value = property(_cast_value)  # type: ignore[method-assign, assignment] # replaced for speed
Table.all_items = _all_items  # type: ignore[method-assign] # replaced for speed
JSONSerializer._serialize_type_structure = _serialize_structure  # type: ignore[method-assign, assignment] # replaced for speed


@cache
def _session() -> boto3.Session:
    """With the region and the credentials of the environment at the first use, which are the same for each test."""
    return boto3.Session()


@cache
def _created() -> tuple[Aws, list[tuple[BaseBackend, Contents]]]:
    """The clients, and each service's backend with what it holds after `create`."""
    aws = Aws()
    aws.create()
    return aws, [(backend, _copy(vars(backend), {id(backend): backend})) for backend in _backends()]


def _backends() -> list[BaseBackend]:
    return [backends[_ACCOUNT][REGION] for backends in (dynamodb_backends, sqs_backends, sns_backends, kms_backends)]


def _copy(contents: Contents, instead: Mapping[int, Any]) -> Contents:
    """A deep copy, with others `instead` of some objects (by `id`). A lock cannot be copied, so queues get new ones."""
    queues = contents.get("queues", {}).values()
    return deepcopy(contents, {**instead, **{id(queue._messages_lock): Condition() for queue in queues}})
