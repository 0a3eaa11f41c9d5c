"""`herald keys`: the one thing that does not go through the API, because the first key cannot."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType

from herald.domain.clock import now
from herald.domain.partner_number import MAX_PARTNER_ID, is_partner_number
from herald.store.key_table import Key, KeyTable, Role, key_name_flaw, new_key
from tools.cli.context import CommandContext, command
from tools.common.errors import Misused
from tools.common.stack_resources import Deployed, aws_faults, find_deployed
from tools.common.text import Text

keys = typer.Typer(no_args_is_help=True, help="Keys to the API, made with AWS credentials.")


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
    context: CommandContext,
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
    if partner is not None and not is_partner_number(partner):
        raise Misused(f"no partner has the number {partner}", f"give one from 1 to {MAX_PARTNER_ID}: --partner 3528")
    if flaw := key_name_flaw(name):
        raise Misused(f"no key can have this name: {flaw}", "name the person or the system that uses it: --name alice")
    deployed = Deployed("", {"KeyTable": table}) if table else find_deployed(stack_name, lambda: context.stack)
    where = deployed["KeyTable"]
    with aws_faults(unreachable=deployed.unreachable):
        key = _store(where, Key(role=role, name=name, partner_id=partner))
    response = {"key": key, "role": role.value, "name": name, "table": where}
    context.show(response, lambda: _page(response))


def _store(table: str, key: Key) -> str:
    text = new_key()
    KeyTable(table).add(text, key, now())
    return text


def _page(response: dict[str, str]) -> RenderableType:
    return Group(
        Text(response["key"], style="bold"),
        Text(f"  the {response['role']} key of {response['name']}, in {response['table']}"),
        Text("  It is shown this once: put it where secrets are kept. Use it as HERALD_KEY.", style="yellow"),
    )
