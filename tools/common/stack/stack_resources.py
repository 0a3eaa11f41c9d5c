"""A deployed stack's resources by their logical ids, for the commands that use AWS credentials instead of a key."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from herald.languages.message import Message
from herald.store.dynamodb import TableUnavailable
from tools.common.errors import Misused, Refused, Unreachable
from tools.local_engine.environment import aws_environment

NO_STACK = Message("no stack to look at: no --stack-name is given, and no local stack runs here")
CREDENTIALS = Message("check the AWS credentials and the region (`aws sts get-caller-identity` tells whose they are)")
START_ENGINE = Message("run `make up`: the local engine does not run any more, and what was in it is gone")
_CHECK_NAME = Message("check --stack-name, the region and the credentials")
_KINDS = ("functions", "queues", "tables", "topics")
# botocore sends the token with any credentials, and looks for the profile first.
_OF_A_SESSION = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
CONNECTS_WITHIN = 5.0  # seconds, on this machine
LOCAL_NAME = "herald"  # as `make up` deploys it


@dataclass(frozen=True)
class Deployed:
    """The stack of this name, in the account and region of the present credentials."""

    name: str
    known: Mapping[str, str] = field(default_factory=dict)  # what need not be asked for
    is_local: bool = False  # on the engine of `make up`

    @cached_property
    def resources(self) -> Mapping[str, str]:
        """The physical names by logical id. Raises `Refused` and `Unreachable`."""
        with aws_faults(_CHECK_NAME, self.unreachable):
            pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
            found = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return {one["LogicalResourceId"]: one.get("PhysicalResourceId", "") for one in found}

    @property
    def unreachable(self) -> Message:
        """What to do when nobody answers there."""
        return START_ENGINE if self.is_local else CREDENTIALS

    def __getitem__(self, logical_id: str) -> str:
        if logical_id in self.known:
            return self.known[logical_id]
        if logical_id not in self.resources:
            lacking = Message("the stack {stack} has no {resource}", stack=self.name, resource=logical_id)
            raise Refused(lacking, Message("is it Herald's? `--stack-name` names it"))
        return self.resources[logical_id]


def find_deployed(stack_name: str | None, local_stack: Callable[[], Mapping[str, Any]]) -> Deployed:
    """The stack that is named, or the local one; then this process speaks to its engine only. Raises `Misused`.

    The local stack's file is read only where no stack is named. No credentials of the person's go to its engine.
    """
    if stack_name:
        return Deployed(stack_name)
    stack = local_stack()
    if "engine_url" not in stack:
        raise Misused(NO_STACK, Message("give --stack-name, or run `make up` for a local one"))
    for name in _OF_A_SESSION:
        os.environ.pop(name, None)
    os.environ.update(aws_environment(stack["engine_url"]))
    known = {name: physical for kind in _KINDS for name, physical in stack.get(kind, {}).items()}
    return Deployed(str(stack.get("stack_name", LOCAL_NAME)), known, is_local=True)


def must_listen(engine_url: str) -> None:
    """Raises `Unreachable` where nobody listens: AWS's clients would first try for half a minute."""
    parts = urlsplit(engine_url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), CONNECTS_WITHIN).close()
    except OSError:
        silence = Message("the local engine at {url} does not answer", url=engine_url)
        raise Unreachable(silence, START_ENGINE) from None


@contextmanager
def aws_faults(remedy: Message = CREDENTIALS, unreachable: Message = CREDENTIALS) -> Iterator[None]:
    """AWS's refusals as sentences of this command line, and what to do where it refuses or does not answer."""
    try:
        yield
    except ClientError as fault:
        raise Refused(Message("AWS refused: {fault}", fault=str(fault)), remedy) from None
    except BotoCoreError as fault:
        raise Unreachable(Message("AWS cannot be asked: {fault}", fault=str(fault)), unreachable) from None
    except TableUnavailable as fault:
        raise Unreachable(Message("DynamoDB cannot be asked: {fault}", fault=str(fault)), unreachable) from None
