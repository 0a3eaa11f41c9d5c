"""LimitTable: what the deliverers share about partners with limits. Other partners have no item and cost nothing.

One item for each partner, below 1 KB:

- `next_at`: the next moment (ms) that is free by the partner's rate; each attempt takes one
- `freed_at`: when (ms) the partner's breaker last closed, whose recovery has removed `next_at`
- `slot_0`, `slot_1` …: until when (ms) a POST has this slot, of as many as the partner's concurrency
- `holder_0`, `holder_1` …: the claim of that POST

A slot that was not freed, because its deliverer stopped, is free again when its time is over. A call takes two seconds
at most and is not repeated; every method raises `TableUnavailable`.
"""

import secrets
from collections.abc import Callable
from typing import Any

from herald.domain.clock import HOUR, SECOND
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import ConditionRefused, client_with_short_deadline, optional_int, table_errors
from herald.store.transaction import Delete

SLOT_TIME = 60 * SECOND  # as a claim's: longer than the deliverer's timeout
HORIZON = HOUR  # moments are reserved up to then, so that those of cancelled notifications block nobody for longer
_TRIES = 3  # of writes that lose against other deliverers


class LimitTable:
    """The shared counts, by partner. `choose` gives a number below its argument: the first slot to try."""

    def __init__(self, name: str, choose: Callable[[int], int] = secrets.randbelow) -> None:
        self._name = name
        self._choose = choose

    def deletion(self, partner_id: int) -> Delete:
        """The write that removes the partner's item, for a transaction with it."""
        return Delete(self._name, {"partner_id": partner_id})

    def reserve(self, partner_id: int, per_second: int, now: int) -> int | None:
        """The first moment from `now` on that is free by the rate, now taken; None where none is within `HORIZON`."""
        interval = -(-SECOND // per_second)
        values = {":now": now, ":interval": interval}
        for _ in range(_TRIES):
            first = "SET next_at = :next", "attribute_not_exists(next_at) OR next_at <= :now"
            if self._update(partner_id, *first, {":now": now, ":next": now + interval}) is not None:
                return now
            later = "SET next_at = next_at + :interval", "next_at > :now AND next_at <= :horizon"
            before = self._update(partner_id, *later, {**values, ":horizon": now + HORIZON}, returned="UPDATED_OLD")
            if before is not None:
                return int(before["next_at"])
        return None

    def free_moments(self, partner_id: int, since: int) -> None:
        """Frees all moments that are reserved, once for each `since` (ms): when the partner's breaker closed."""
        freed = "SET freed_at = :since REMOVE next_at"
        condition = "attribute_exists(next_at) AND (attribute_not_exists(freed_at) OR freed_at < :since)"
        self._update(partner_id, freed, condition, {":since": since})

    def take_slot(self, partner_id: int, concurrency: int, holder: str, now: int) -> int | None:
        """The number of a free slot, now taken for `SLOT_TIME`; None where none is free."""
        slot: int | None = self._choose(concurrency)
        for _ in range(_TRIES):
            if slot is None:
                return None
            try:
                self._take(partner_id, slot, holder, now)
            except ConditionRefused as refused:
                slot = _free_slot(refused.item or {}, concurrency, now)
            else:
                return slot
        return None

    def free_slot(self, partner_id: int, slot: int, holder: str, at: int | None = None) -> None:
        """Frees the slot, if this holder still has it; at that moment (ms) where one is given, else now."""
        free = f"REMOVE slot_{slot}, holder_{slot}" if at is None else f"SET slot_{slot} = :at"
        values: Item = {":holder": holder} if at is None else {":holder": holder, ":at": at}
        self._update(partner_id, free, f"holder_{slot} = :holder", values)

    def _take(self, partner_id: int, slot: int, holder: str, now: int) -> None:
        with table_errors():
            client_with_short_deadline().update_item(
                TableName=self._name,
                Key=to_wire({"partner_id": partner_id}),
                UpdateExpression=f"SET slot_{slot} = :until, holder_{slot} = :holder",
                ConditionExpression=f"attribute_not_exists(slot_{slot}) OR slot_{slot} <= :now",
                ExpressionAttributeValues=to_wire({":until": now + SLOT_TIME, ":holder": holder, ":now": now}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def _update(
        self, partner_id: int, expression: str, condition: str, values: Item, *, returned: str = "NONE"
    ) -> dict[str, Any] | None:
        """What the write returns; None where its condition was false."""
        request: Any = {"ReturnValues": returned}
        try:
            with table_errors():
                response = client_with_short_deadline().update_item(
                    TableName=self._name,
                    Key=to_wire({"partner_id": partner_id}),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_wire(values),
                    **request,
                )
        except ConditionRefused:
            return None
        return from_wire(response.get("Attributes", {}))


def _free_slot(item: Item, concurrency: int, now: int) -> int | None:
    return next((n for n in range(concurrency) if (optional_int(item, f"slot_{n}") or 0) <= now), None)
