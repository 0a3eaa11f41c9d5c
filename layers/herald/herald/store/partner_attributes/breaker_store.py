"""The attributes of a partner's breaker that change without a new version of the partner.

The breaker is part of the partner's item, so that whoever reads the partner knows it. A partner that answers has none
of these attributes, and nothing is written for it. Opening and closing are changes of the partner, with an entry in
its history (`PartnerTable.save`). Every method is one conditional write and raises `TableUnavailable`.
"""

from herald.domain.breakers.breaker import NO_OUTAGES, PROBE_TIME, RESERVE, Reserved, mark_of, without
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.store.attribute_values import Item
from herald.store.items.breaker_item import reserve_to_list
from herald.store.items.partner_item import from_item
from herald.store.partner_attributes.update import update_attributes

_IS_OPEN = "attribute_exists(breaker_opened_at)"
_NO_PROBE = "(attribute_not_exists(breaker_probe_until) OR breaker_probe_until <= :now)"


class BreakerStore:
    """Writes these attributes. Each method returns the partner as written, None where the condition was false."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def count_outage(self, notification_id: NotificationId, began_at: int, ended_at: int) -> Partner | None:
        """Counts an attempt that was an outage, while the breaker is not open."""
        return self._update(
            notification_id.partner_id,
            "SET breaker_first_outage_at = if_not_exists(breaker_first_outage_at, :began),"
            " breaker_last_outage_at = :ended ADD breaker_outages :one, breaker_outage_marks :marks",
            "attribute_exists(partner_id) AND attribute_not_exists(breaker_opened_at)",
            {":began": began_at, ":ended": ended_at, ":one": 1, ":marks": {mark_of(notification_id)}},
        )

    def forget_outages(self, partner_id: int) -> Partner | None:
        """An answer came: the count begins again."""
        removed = ", ".join(f"breaker_{name}" for name in NO_OUTAGES)
        condition = "attribute_exists(breaker_outages) AND attribute_not_exists(breaker_opened_at)"
        return self._update(partner_id, f"REMOVE {removed}", condition, {})

    def take_probe(self, partner: Partner, probe: Reserved, probe_id: str, now: int, *, asked: bool) -> Partner | None:
        """Makes the caller the only one to probe until it ends it, or for `PROBE_TIME`.

        None where another probe is under way or, unless a person `asked` for it, the next one is not due yet.
        """
        due = _NO_PROBE if asked else f"({_NO_PROBE} AND breaker_probe_at <= :now)"
        left = reserve_to_list(without(partner.breaker.reserve, probe.id))
        return self._update(
            partner.partner_id,
            "SET breaker_probe_id = :id, breaker_probe_until = :until, breaker_reserve = :left",
            f"{_IS_OPEN} AND ({due} OR breaker_probe_id = :id)",  # botocore may retry what took effect
            {":id": probe_id, ":until": now + PROBE_TIME, ":now": now, ":left": left},
        )

    def fail_probe(self, partner_id: int, probe_id: str, probe_at: int) -> Partner | None:
        """The probe had no answer: the next one is due at `probe_at`. None where it is not this caller's any more."""
        return self._update(
            partner_id,
            "SET breaker_probe_at = :at REMOVE breaker_probe_id, breaker_probe_until ADD breaker_probes :one",
            f"{_IS_OPEN} AND breaker_probe_id = :id",
            {":id": probe_id, ":at": probe_at, ":one": 1},
        )

    def return_probe(self, partner_id: int, probe_id: str) -> Partner | None:
        """There was nothing to attempt: the next probe is still due."""
        return self._update(
            partner_id,
            "REMOVE breaker_probe_id, breaker_probe_until",
            f"{_IS_OPEN} AND breaker_probe_id = :id",
            {":id": probe_id},
        )

    def add_to_reserve(self, partner: Partner, one: Reserved) -> Partner | None:
        """Notes a notification that was held back as one of the next probes. None where there are enough."""
        full = f"breaker_reserve[{RESERVE - 1}]"
        return self._update(
            partner.partner_id,
            "SET breaker_reserve = list_append(if_not_exists(breaker_reserve, :none), :one)",
            f"{_IS_OPEN} AND attribute_not_exists({full})",
            {":none": [], ":one": reserve_to_list((one,))},
        )

    def note_waiting(self, partner_id: int, waiting: int) -> Partner | None:
        """How many notifications are held back, as a poll found them."""
        return self._update(partner_id, "SET breaker_waiting = :waiting", _IS_OPEN, {":waiting": waiting})

    def take_recovery(self, partner_id: int, worker: str, now: int, until: int) -> Partner | None:
        """Makes the caller the recovery's only worker until then, or extends that. None where it is another's."""
        free = "attribute_not_exists(breaker_recovery_until) OR breaker_recovery_until <= :now"
        return self._update(
            partner_id,
            "SET breaker_recovery_id = :worker, breaker_recovery_until = :until",
            "attribute_exists(breaker_recovering_since) AND attribute_not_exists(breaker_opened_at)"
            f" AND ({free} OR breaker_recovery_id = :worker)",
            {":worker": worker, ":now": now, ":until": until},
        )

    def release_recovery(self, partner_id: int, worker: str) -> Partner | None:
        """Leaves the recovery to the next worker."""
        condition = "breaker_recovery_id = :worker"
        return self._update(
            partner_id, "REMOVE breaker_recovery_id, breaker_recovery_until", condition, {":worker": worker}
        )

    def end_recovery(self, partner_id: int, worker: str) -> Partner | None:
        """Everything was brought forward: the breaker is closed."""
        return self._update(
            partner_id,
            "REMOVE breaker_recovering_since, breaker_held_since, breaker_recovery_id, breaker_recovery_until",
            "attribute_not_exists(breaker_opened_at) AND breaker_recovery_id = :worker",
            {":worker": worker},
        )

    def _update(self, partner_id: int, expression: str, condition: str, values: Item) -> Partner | None:
        item = update_attributes(self._table_name, partner_id, expression, condition, values)
        return from_item(item) if item is not None else None
