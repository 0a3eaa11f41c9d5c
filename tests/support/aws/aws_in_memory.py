"""The template's resources in moto, in this process: created by requests once, then copied for each test.

Clients and session are shared as well. To make them anew took most of the time of a short test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from threading import Condition
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.core.base_backend import BaseBackend
from moto.dynamodb.models import dynamodb_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.support.aws.aws_stack import REGION, Aws

_ACCOUNT = "123456789012"

type Contents = dict[str, Any]  # the attributes of a backend


@contextmanager
def aws_in_memory() -> Iterator[Aws]:
    """The empty tables, queues and topic of the template. boto3's default session is one for all tests meanwhile."""
    with mock_aws(), patch("boto3.DEFAULT_SESSION", _session()):
        aws, created = _created()
        for backend, contents in zip(_backends(), created, strict=True):
            vars(backend).update(_copy(contents))
        yield aws


@cache
def _session() -> boto3.Session:
    """With the region and the credentials of the environment at the first use, which are the same for each test."""
    return boto3.Session()


@cache
def _created() -> tuple[Aws, list[Contents]]:
    """The clients, and what the services hold after `create`."""
    aws = Aws()
    aws.create()
    return aws, [_copy(vars(backend)) for backend in _backends()]


def _backends() -> list[BaseBackend]:
    return [backends[_ACCOUNT][REGION] for backends in (dynamodb_backends, sqs_backends, sns_backends)]


def _copy(contents: Contents) -> Contents:
    """A deep copy. A queue's lock cannot be copied, so each copy gets a new one."""
    queues = contents.get("queues", {}).values()
    return deepcopy(contents, {id(queue._messages_lock): Condition() for queue in queues})
