"""The breaker of a partner as attributes of the partner's item, and back. All are absent for a partner that answers."""

from typing import Any, Final

from herald.domain.breakers.breaker import Breaker, Reserved
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import Item
from herald.store.dynamodb import drop_none, optional_int

_NUMBERS: Final = (
    "first_outage_at",
    "last_outage_at",
    "opened_at",
    "unanswered_since",
    "probe_at",
    "probe_until",
    "waiting",
    "held_since",
    "recovering_since",
    "recovery_until",
)
ATTRIBUTES: Final = frozenset(
    f"breaker_{name}" for name in (*_NUMBERS, "outages", "outage_marks", "probes", "probe_id", "reserve", "recovery_id")
)


def breaker_to_item(breaker: Breaker) -> Item:
    """Attributes have the names of `Breaker` behind `breaker_`."""
    item: dict[str, Any] = {
        f"breaker_{name}": getattr(breaker, name) for name in (*_NUMBERS, "probe_id", "recovery_id")
    }
    item["breaker_outages"] = breaker.outages or None
    item["breaker_outage_marks"] = set(breaker.outage_marks) or None
    item["breaker_probes"] = breaker.probes or None
    item["breaker_reserve"] = reserve_to_list(breaker.reserve) or None
    return drop_none(item)


def breaker_from_item(item: Item) -> Breaker:
    """The breaker that `breaker_to_item` wrote; of an item without these attributes a blank one."""
    numbers = {name: optional_int(item, f"breaker_{name}") for name in _NUMBERS}
    return Breaker(
        **numbers,
        outages=int(item.get("breaker_outages", 0)),
        outage_marks=frozenset(item.get("breaker_outage_marks", ())),
        probes=int(item.get("breaker_probes", 0)),
        probe_id=item.get("breaker_probe_id"),
        reserve=tuple(_reserved(one) for one in item.get("breaker_reserve", ())),
        recovery_id=item.get("breaker_recovery_id"),
    )


def reserve_to_list(reserve: tuple[Reserved, ...]) -> list[dict[str, Any]]:
    """The attribute `breaker_reserve`."""
    return [{"id": str(one.id), "turn": one.turn} for one in reserve]


def _reserved(item: Item) -> Reserved:
    return Reserved(NotificationId.parse(item["id"]), int(item["turn"]))
