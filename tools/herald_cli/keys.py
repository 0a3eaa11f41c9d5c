"""`herald keys`: the one thing that does not go through the API, because the first key cannot."""

import os
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Group, RenderableType
from rich.text import Text

from herald.clock import now
from herald.dynamodb import TableUnavailable
from herald.key_table import Key, KeyTable, Role, new_key
from tools.herald_cli.desk import Desk, command
from tools.herald_cli.errors import Misused, Refused, Unreachable
from tools.local_engine.house import aws_environment

keys = typer.Typer(no_args_is_help=True, help="Keys to the API, made with AWS credentials.")

LOGICAL_ID = "KeyTable"
NO_TABLE = "no table to write to: no --stack-name and no --table is given, and no local stack runs here"
CREDENTIALS = "check the AWS credentials and the region (`aws sts get-caller-identity` tells whose they are)"


@command(
    keys,
    "create",
    points=False,
    examples=(
        "herald keys create --role operator --name alice --stack-name herald",
        "herald keys create --role partner --name lakeside --partner 3528 --stack-name herald",
        "herald keys create --role publisher --name checkout   # for the local stack",
    ),
)
def create_key(
    desk: Desk,
    role: Annotated[Role, typer.Option(help="What it is for.", show_default=False)],
    name: Annotated[str, typer.Option(help="Whose it is; the history names it.", show_default=False)],
    partner: Annotated[int | None, typer.Option(help="The partner that a partner's key is for.")] = None,
    stack_name: Annotated[str | None, typer.Option(help="The stack, as `sam deploy` names it.")] = None,
    table: Annotated[str | None, typer.Option(help="Its KeyTable, where the stack cannot be looked up.")] = None,
) -> None:
    """Makes a key and prints it, this once: only its hash is stored.

    It writes to the stack's KeyTable with your AWS credentials, or into the local stack when none is named.
    """
    if (role is Role.PARTNER) != (partner is not None):
        raise Misused("--partner and --role partner go together", "give both or neither")
    where = table or (_table_of(stack_name) if stack_name else _local_table(desk))
    key = _store(where, Key(role=role, name=name, partner_id=partner))
    answer = {"key": key, "role": role.value, "name": name, "table": where}
    desk.show(answer, lambda: _page(answer))


def _local_table(desk: Desk) -> str:
    """The local stack's table; from here on this process speaks to the local engine, and to nothing else."""
    if not desk.stack:
        raise Misused(NO_TABLE, "give --stack-name, or run `make up` for a local one")
    os.environ.update(aws_environment(desk.stack["engine_url"]))
    return str(desk.stack["tables"][LOGICAL_ID])


def _table_of(stack_name: str) -> str:
    try:
        found = boto3.client("cloudformation").describe_stack_resource(
            StackName=stack_name, LogicalResourceId=LOGICAL_ID
        )
    except ClientError as fault:
        raise Refused(_sentence(fault), "check --stack-name and the region, or give --table") from None
    except BotoCoreError as fault:
        raise Unreachable(f"AWS cannot be asked: {fault}", CREDENTIALS) from None
    return found["StackResourceDetail"]["PhysicalResourceId"]


def _store(table: str, key: Key) -> str:
    text = new_key()
    try:
        KeyTable(table).add(text, key, now())
    except ClientError as fault:
        raise Refused(_sentence(fault), CREDENTIALS) from None
    except TableUnavailable as fault:
        raise Unreachable(f"{table} cannot be written: {fault}", CREDENTIALS) from None
    return text


def _sentence(fault: Exception) -> str:
    return f"AWS refused: {fault}"


def _page(answer: dict[str, str]) -> RenderableType:
    return Group(
        Text(answer["key"], style="bold"),
        Text(f"  the {answer['role']} key of {answer['name']}, in {answer['table']}"),
        Text("  It is shown this once: put it where secrets are kept. Use it as HERALD_KEY.", style="yellow"),
    )
