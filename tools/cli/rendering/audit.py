"""The audit report, as text."""

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table

from herald.languages.catalogue import N_
from herald.languages.message import Message, plural
from herald.languages.words import STATES, Words
from tools.audit.report import EXPIRED, UNREADABLE, AuditReport, Damage
from tools.cli.rendering.attempts import MARGIN
from tools.common.sentence import word
from tools.common.text import Text

_SHOWN = 10  # of each kind of damage; --json gives all
_WORDS: Words = {**STATES, EXPIRED: N_("expired"), UNREADABLE: N_("unreadable")}


def audit_page(report: AuditReport) -> RenderableType:
    """How many stand where, and what is damaged, by rule."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_row(f"{report.accepted:,}", Text(Message("accepted, of which")))
    for state, count in report.table().items():
        table.add_row(f"{count:,}", Text(word(_WORDS, state)))
    return Group(Padding(table, MARGIN, expand=False), *_in_no_list(report.unlisted), *_damages(report.damages))


def _in_no_list(count: int) -> Iterator[Text]:
    if count:
        said = plural(
            "{count} notification of an older version, in no list by partner and time yet: run `herald reindex`",
            "{count} notifications of an older version, in no list by partner and time yet: run `herald reindex`",
            count=count,
        )
        yield Text(said, style="yellow")


def _damages(damages: list[Damage]) -> Iterator[Text]:
    if not damages:
        yield Text(Message("The books are in order."), style="green")
        return
    yield Text(plural("{count} rule broken:", "{count} rules broken:", count=len(damages)), style="red")
    for _, found in groupby(sorted(damages, key=_rule), key=_rule):
        yield from _broken(list(found))


def _broken(those: list[Damage]) -> Iterator[Text]:
    """One rule, and the notifications that break it."""
    rule, count = those[0].rule, len(those)
    said = plural(
        "not true: {rule} ({count} notification)", "not true: {rule} ({count} notifications)", count=count, rule=rule
    )
    yield Text.assemble("  ", said, style="bold")
    yield from (Text(f"    herald show {one.notification}") for one in those[:_SHOWN])
    if count > _SHOWN:
        yield Text.assemble("    ", Message("… and {count} more: --json lists them all", count=count - _SHOWN))


def _rule(damage: Damage) -> str:
    return str(damage.rule)
