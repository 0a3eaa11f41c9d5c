"""The audit report, as text."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table

from tools.cli.rendering.attempts import MARGIN
from tools.common import formatting
from tools.common.text import Text

type Json = dict[str, Any]

_SHOWN = 10  # of each kind of damage; --json gives all


def audit_page(response: Json) -> RenderableType:
    """How many stand where, and what is damaged, by rule."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_row(f"{response['accepted']:,}", "accepted, of which")
    for state, count in response["states"].items():
        table.add_row(f"{count:,}", Text(state))
    return Group(
        Padding(table, MARGIN, expand=False), *_in_no_list(response["inNoList"]), *_damages(response["damages"])
    )


def _in_no_list(count: int) -> Iterator[Text]:
    if count:
        yield Text(
            f"{formatting.many(count, 'notification')} of an older version, in no list by partner and time yet: "
            "run `herald reindex`",
            style="yellow",
        )


def _damages(damages: list[Json]) -> Iterator[Text]:
    if not damages:
        yield Text("The books are in order.", style="green")
        return
    yield Text(f"{formatting.many(len(damages), 'rule')} broken:", style="red")
    for rule, found in groupby(sorted(damages, key=_rule), key=_rule):
        those = [one["notification"] for one in found]
        yield Text(f"  not true: {rule} ({formatting.many(len(those), 'notification')})", style="bold")
        yield from (Text(f"    herald show {one}") for one in those[:_SHOWN])
        if len(those) > _SHOWN:
            yield Text(f"    … and {len(those) - _SHOWN} more: --json lists them all")


def _rule(damage: Json) -> str:
    return str(damage["rule"])
