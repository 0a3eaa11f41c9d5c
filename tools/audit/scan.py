"""The walk through the table and its indexes. It reads everything and writes nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from herald.domain.notification import SHARDS, Lane
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.store.attribute_values import Item
from herald.store.dynamodb import scan_pages
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable
from tools.audit.report import AuditReport

_EVER = 10**15  # ms: later than anything is due

type Progress = Callable[[int], None]  # how many items were entered so far


def audit(table: str, partner_table: str, now: int, bound: int, progress: Progress = lambda _: None) -> AuditReport:
    """The report on a stack's tables. Raises `TableUnavailable`. Costs a read unit for each 4 KB of the table."""
    partners = frozenset(partner.partner_id for partner in PartnerTable(partner_table).all())
    report = AuditReport(now=now, bound=bound, partners=partners)
    for items in scan_pages(TableName=table, ConsistentRead=True):
        for item in items:
            report.add(item)
        progress(report.accepted)
    _compare(report, table, now)
    _compare_lists(report, table)
    return report


def _compare(report: AuditReport, table: str, now: int) -> None:
    """What says that it stands in an index is looked for there; one that is missing is read again before it counts."""
    due = {(entry.id, entry.turn) for entry in _due(table)}
    attention = {(entry.id, entry.turn) for entry in _attention(table, report.partners)}
    notifications = NotificationTable(table)
    for one in report.indexed.values():
        missing = [
            name
            for name, stands, entries in (("due", one.lane, due), ("attention", one.since, attention))
            if stands is not None and (one.id, one.turn) not in entries
        ]
        if missing and notifications.get(one.id, now) == one:  # else it moved on during the scan
            for name in missing:
                report.add_missing(one.id, name)


def _compare_lists(report: AuditReport, table: str) -> None:
    """Counts the index `acceptance` by its key; only where entries are missing each notification is looked for."""
    entries = Counter(item["accepted_on"] for item in _acceptance(table))
    short = {key for key, count in report.listed.items() if entries[key] < count}
    if not short:
        return
    present = {NotificationId.from_keys(one["order_key"], one["digest"]) for one in _acceptance(table)}
    for items in scan_pages(TableName=table, ConsistentRead=True):
        for item in items:
            one = NotificationId.from_keys(item["order_key"], item["digest"])
            if item.get("accepted_on") in short and one not in present:
                report.add_missing(one, "acceptance")


def _acceptance(table: str) -> Iterator[Item]:
    for page in scan_pages(TableName=table, IndexName="acceptance"):
        yield from page


def _due(table: str) -> Iterator[Any]:
    index = DueIndex(table)
    for lane in Lane:
        for shard in range(SHARDS):
            for page in index.pages(lane, shard, 0, _EVER):
                yield from page


def _attention(table: str, partners: frozenset[int]) -> Iterator[Any]:
    index = AttentionIndex(table)
    for partner_id in partners:
        for state in (State.FAILED, State.HELD):
            yield from index.entries(state, partner_id)
