"""`herald audit`: the audit report of a stack."""

import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from herald.domain.clock import MINUTE, now
from herald.languages.message import Message, plural
from tools.audit.report import AuditReport
from tools.audit.scan import audit
from tools.cli.context import CommandContext
from tools.cli.rendering.audit import audit_page
from tools.common.stack.stack_resources import aws_faults, find_deployed
from tools.common.text import Text


def audit_stack(
    context: CommandContext,
    stack_name: Annotated[
        str | None, typer.Option(help="The stack, as `sam deploy` names it.", show_default="the local one")
    ] = None,
    overdue: Annotated[int, typer.Option(min=1, help="Minutes that anything may be late.")] = 30,
) -> None:
    """Reads all notifications and proves that each is stored and consistent. Exit code 1 where one is not.

    It reads the whole table with your AWS credentials and changes nothing.
    """
    deployed = find_deployed(stack_name, lambda: context.stack)
    console = Console(stderr=True)
    with (
        aws_faults(unreachable=deployed.unreachable),
        console.status(Text(Message("reading …"))) as status,
    ):
        report = audit(
            deployed["NotificationTable"],
            deployed["PartnerTable"],
            now(),
            overdue * MINUTE,
            lambda count: status.update(Text(_read(count))),
        )
    response = _answer(report)
    context.show(response, lambda: audit_page(report))
    sys.stdout.flush()
    if not report.is_consistent:
        raise typer.Exit(1)


def _read(count: int) -> Message:
    return plural("{count} notification read …", "{count} notifications read …", count=count)


def _answer(report: AuditReport) -> dict[str, Any]:
    return {
        "accepted": report.accepted,
        "states": report.table(),
        "inNoList": report.unlisted,
        "damages": [damage.as_json() for damage in report.damages],
    }
