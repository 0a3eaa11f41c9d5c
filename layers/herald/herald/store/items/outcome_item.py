"""The outcome of an attempt as part of an item, and back."""

from typing import Any

from herald.domain.attempt import Outcome, Verdict
from herald.store.attribute_values import Item
from herald.store.dynamodb import drop_none, optional_int
from herald.store.items.reason_text import reason_from_text, reason_to_text


def outcome_to_item(outcome: Outcome) -> dict[str, Any]:
    """Its fields by name, without those that are None."""
    item = {
        "at": outcome.at,
        "duration_ms": outcome.duration_ms,
        "address": outcome.address,
        "status": outcome.status,
        "verdict": outcome.verdict.value,
        "reason": reason_to_text(outcome.reason),
        "excerpt": outcome.excerpt,
        "retry_after": outcome.retry_after,
    }
    return drop_none(item)


def outcome_from_item(item: Item) -> Outcome:
    """The outcome that `outcome_to_item` wrote."""
    return Outcome(
        at=int(item["at"]),
        duration_ms=int(item["duration_ms"]),
        address=item.get("address"),
        status=optional_int(item, "status"),
        verdict=Verdict(item["verdict"]),
        reason=reason_from_text(item["reason"]),
        excerpt=item["excerpt"],
        retry_after=optional_int(item, "retry_after"),
    )
