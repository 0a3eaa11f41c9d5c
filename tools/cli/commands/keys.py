"""`herald keys`: who has a key, a new one, and the end of one.

A key is made by the API. The first one cannot be: it is written to the stack's table with AWS credentials.
"""

from datetime import datetime
from typing import Annotated, Any

import typer

from herald.domain.api_key import Key, Role, new_key
from herald.domain.clock import SECOND, iso, now
from herald.domain.partner_number import MAX_PARTNER_ID, is_partner_number
from herald.languages.message import Message
from herald.store.key_table import KeyTable, key_name_flaw
from tools.cli import moments
from tools.cli.context import CommandContext, command
from tools.cli.rendering.key import KEY_COLUMNS, key_page, keys_page, new_key_page, revocation_question
from tools.common.errors import Misused
from tools.common.pages import all_pages
from tools.common.stack.stack_resources import Deployed, aws_faults, find_deployed

type Json = dict[str, Any]

MADE_BY = "AWS credentials"  # as the list of keys names who made a key without the API
keys = typer.Typer(no_args_is_help=True, help="Keys to the API: who has one, when it was last used; new and revoked.")


@command(
    keys,
    "list",
    lists=True,
    examples=("herald keys list", "herald keys list --role operator", "herald keys list --partner 3528 --csv"),
)
def list_keys(
    context: CommandContext,
    role: Annotated[Role | None, typer.Option(help="Only keys of this role.", show_default=False)] = None,
    partner: Annotated[int | None, typer.Option(help="Only keys bound to this partner.", show_default=False)] = None,
) -> None:
    """All keys, the newest first: whose they are and when they were last used. Never the keys themselves."""
    wanted = (
        {**page, "items": [one for one in page["items"] if _is_wanted(one, role, partner)]}
        for page in all_pages(context.api.keys, {})
    )
    context.show_list(wanted, KEY_COLUMNS, lambda whole: keys_page(whole, context.formatter))


@command(
    keys,
    "create",
    examples=(
        "herald keys create --role operator --name alice --stack-name herald   # the first key, with AWS credentials",
        "herald keys create --role viewer --name audit --expires 30d --api-url https://… --key herald_operator_…",
        "herald keys create --role partner --name lakeside --partner 3528 --stack-name herald",
        "herald keys create --role publisher --name shop --partner 3528 --partner 3529 --stack-name herald",
        "herald keys create --role publisher --name checkout   # for the local stack",
    ),
)
def create_key(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: CommandContext,
    role: Annotated[Role, typer.Option(help="What it is for.", show_default=False)],
    name: Annotated[str, typer.Option(help="Whose it is; the history names it.", show_default=False)],
    partner: Annotated[
        list[int] | None,
        typer.Option(help="The partner of a partner's key; of a publisher's, once for each it is bound to."),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When it stops: 12h or 90d from now, a date, or RFC 3339.", show_default="never")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="What for; the list of keys shows it.")] = None,
    stack_name: Annotated[str | None, typer.Option(help="The stack, as `sam deploy` names it.")] = None,
    table: Annotated[str | None, typer.Option(help="Its KeyTable, where the stack cannot be looked up.")] = None,
) -> None:
    """Makes a key and prints it, this once: only its hash is stored.

    By the API, where --api-url or HERALD_API_URL names one. With --stack-name or --table it writes to the stack's
    KeyTable with your AWS credentials, as the first key must be made; into the local stack when nothing is named.
    """
    moment = now()
    holder, ends = _holder(role, name, partner or []), _end(expires, moment)
    by_credentials = bool(stack_name or table)
    if by_credentials and context.has_api_options:
        raise Misused(
            Message("--stack-name and --table write to a table, --api-url and --key ask the API"),
            Message("give one of them"),
        )
    if context.names_api and not by_credentials:
        response = context.api.create_key(_wish(holder, ends, reason))
    else:
        deployed = Deployed("", {"KeyTable": table}) if table else find_deployed(stack_name, lambda: context.stack)
        response = _store(deployed, holder, ends, reason, moment)
    context.show(response, lambda: new_key_page(response, context.formatter))


@command(
    keys,
    "revoke",
    examples=(
        'herald keys revoke 5f2c1d0e9b8a7f6e --reason "it was in a log"',
        'herald keys revoke 5f2c1d0e9b8a7f6e --reason "left the team" --yes --json',
    ),
)
def revoke_key(
    context: CommandContext,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; the list of keys shows it.", show_default=False)],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Ends a key: within 60 seconds it is refused. It stays in the list for a year, with who revoked it and why."""
    if not yes:
        pages = all_pages(context.api.keys, {})
        known = {one["id"]: one for page in pages for one in page["items"]}
        context.confirm(revocation_question(key_id, known.get(key_id), context.formatter), yes=False)
    response = context.api.revoke_key(key_id, reason)
    context.show(response, lambda: key_page(response, context.formatter))


def _is_wanted(one: Json, role: Role | None, partner: int | None) -> bool:
    bound = [one.get("partnerId"), *(one.get("partnerIds") or ())]
    return role in {None, one["role"]} and (partner is None or partner in bound)


def _holder(role: Role, name: str, partners: list[int]) -> Key:
    if (role is Role.PARTNER) != bool(partners) and role is not Role.PUBLISHER:
        raise Misused(Message("--partner and --role partner go together"), Message("give both or neither"))
    for partner in partners:
        if not is_partner_number(partner):
            remedy = Message("give one from 1 to {highest}: --partner 3528", highest=MAX_PARTNER_ID)
            raise Misused(Message("no partner has the number {number}", number=partner), remedy)
    if flaw := key_name_flaw(name):
        remedy = Message("name the person or the system that uses it: --name alice")
        raise Misused(Message("no key can have this name: {flaw}", flaw=flaw), remedy)
    if role is not Role.PARTNER:
        return _bound(role, name, partners)
    if len(partners) > 1:
        raise Misused(Message("a partner's key is for one partner"), Message("make a key for each of them"))
    return Key(role=role, name=name, partner_id=partners[0])


def _bound(role: Role, name: str, partners: list[int]) -> Key:
    try:
        return Key(role=role, name=name, partner_ids=tuple(sorted(set(partners))))
    except ValueError as refused:
        raise Misused(str(refused), Message("make a key that is bound to none, or several keys")) from None


def _end(text: str | None, moment: int) -> int | None:
    """In ms since the epoch."""
    told = moments.ahead("--expires", text, moment)
    end = None if told is None else round(datetime.fromisoformat(told.upper()).timestamp() * SECOND)
    if end is not None and end <= moment:
        remedy = Message("give a time from now (12h, 90d), a later date, or no --expires")
        raise Misused(Message("--expires `{text}` is past", text=text), remedy)
    return end


def _wish(holder: Key, end: int | None, reason: str | None) -> Json:
    wish = {
        "role": holder.role.value,
        "name": holder.name,
        "partnerId": holder.partner_id,
        "partnerIds": list(holder.partner_ids) or None,
        "expiresAt": None if end is None else iso(end),
        "reason": reason,
    }
    return {field: value for field, value in wish.items() if value is not None}


def _store(deployed: Deployed, holder: Key, end: int | None, reason: str | None, moment: int) -> Json:
    """What was made, in the form that scripts know from before the API made keys, and its id."""
    table, text = deployed["KeyTable"], new_key(holder.role)
    with aws_faults(unreachable=deployed.unreachable):
        issued = KeyTable(table).add(text, holder, moment, by=MADE_BY, reason=reason, expires_at=end)
    return {"key": text, "id": issued.key_id, "role": holder.role.value, "name": holder.name, "table": table}
