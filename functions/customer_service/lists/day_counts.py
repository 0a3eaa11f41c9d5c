"""The notifications that were accepted on a UTC day, counted by hour and by partner."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import batched
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from customer_service.dependencies import acceptance, notifications, partners
from customer_service.registry.partner_access import find
from herald.domain.clock import DAY, HOUR, SECOND, now
from herald.domain.lists.notification_search import Range
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.store.indexes.acceptance_index import AcceptanceEntry

if TYPE_CHECKING:
    from customer_service.schemas.days import Counted, Counts, DayCounts, PartnerCounts

PARTNERS: Final = 30  # of one page: eight queries each, and a page of 60 KB shows no more
COUNTED: Final = 10_000  # notifications of one page: half a read unit each, up to 4 KB
_BATCH: Final = 100  # DynamoDB's limit for BatchGetItem
_PARALLEL: Final = 8

type _Present = Sequence[tuple[AcceptanceEntry, State]]  # notifications with their present states


def counts_of_day(day: date, after: int = 0) -> "DayCounts":
    """The day of up to 30 partners: the first ones by number behind the number `after`, or of all where none is.

    It reads the whole registry.
    """
    registry = sorted(partners().all(), key=attrgetter("partner_id"))
    begin = sum(one.partner_id <= after for one in registry) % max(1, len(registry))
    those = registry[begin : begin + PARTNERS]
    end = begin + len(those)
    return {
        **_counts_of(day, those),
        "partnerId": None,
        "places": {"first": begin + 1, "last": end, "registered": len(registry)},
        "nextAfter": those[-1].partner_id if end < len(registry) else None,
    }


def counts_of_partner(day: date, partner_id: int) -> "DayCounts":
    """The day of one partner. Raises `ApiRefusal`: 404."""
    return {**_counts_of(day, [find(partner_id)]), "partnerId": partner_id, "places": None, "nextAfter": None}


def _counts_of(day: date, those: Sequence[Partner]) -> "Counted":
    begin = round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND
    found, is_all = acceptance().of_many([one.partner_id for one in those], Range(begin, begin + DAY), COUNTED)
    present = _with_states(found)
    return {
        "day": day.isoformat(),
        "hours": _by_hour(present, begin),
        "partners": _by_partner(present, those),
        "countedUpTo": None if is_all else len(found),
    }


def _with_states(found: Sequence[AcceptanceEntry]) -> _Present:
    """Those that have not expired, with their states."""
    with ThreadPoolExecutor(_PARALLEL) as threads:
        return [one for batch in threads.map(_states_of, batched(found, _BATCH, strict=False)) for one in batch]


def _states_of(batch: Sequence[AcceptanceEntry]) -> _Present:
    """What a read at half the cost does not have yet is read again."""
    ids, moment = [entry.id for entry in batch], now()
    states = notifications().states(ids, moment, consistent=False)
    states |= notifications().states([one for one in ids if one not in states], moment, consistent=True)
    return [(entry, state) for entry in batch if (state := states.get(entry.id))]


def _by_hour(present: _Present, begin: int) -> "dict[int, Counts]":
    states: defaultdict[int, list[State]] = defaultdict(list)
    for entry, state in present:
        states[(entry.accepted_at - begin) // HOUR].append(state)
    return {hour: _counts(states[hour]) for hour in sorted(states)}


def _by_partner(present: _Present, those: Sequence[Partner]) -> "list[PartnerCounts]":
    """Those that have any, the most first, then by number."""
    states: defaultdict[int, list[State]] = defaultdict(list)
    for entry, state in present:
        states[entry.id.partner_id].append(state)
    ranked = sorted(those, key=lambda one: (-len(states[one.partner_id]), one.partner_id))
    return [
        {"partnerId": one.partner_id, "name": one.name, **_counts(states[one.partner_id])}
        for one in ranked
        if states[one.partner_id]
    ]


def _counts(states: Iterable[State]) -> "Counts":
    of = Counter(states)
    return {
        "accepted": of.total(),
        "delivered": of[State.DELIVERED],
        "waiting": of[State.WAITING] + of[State.HELD],
        "failed": of[State.FAILED],
    }
