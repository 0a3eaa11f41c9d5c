"""The end of a partner's sources when its data is deleted."""

from itertools import count

from herald.domain.clock import now
from herald.domain.sources.changes import suspend_source
from herald.domain.sources.source import Source
from herald.store.sources.source_table import SourceConflict, SourceTable

_TRIES = 5  # against others who change the same source at that moment


def suspend_sources_of(table: SourceTable, partner_id: int, by: str, reason: str) -> None:
    """Suspends every source whose notifications go to the partner; may be repeated.

    `reason` is that of the deletion. Raises `TableUnavailable`, and `SourceConflict` where others keep changing one.
    """
    for source in table.all():
        if source.partner_id == partner_id:
            _suspend(table, source, by, f"the partner was deleted: {reason}")


def _suspend(table: SourceTable, source: Source | None, by: str, reason: str) -> None:
    for tried in count(1):
        if source is None or not source.is_active:
            return
        try:
            table.save(source, suspend_source(source, by, reason, now()))
        except SourceConflict as conflict:
            if tried == _TRIES:
                raise
            source = conflict.current
        else:
            return
