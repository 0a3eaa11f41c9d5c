"""The outcome of an attempt as part of an item, and back."""

from collections.abc import Mapping
from typing import Any

from herald.domain.attempt import Outcome, Verdict


def outcome_to_item(outcome: Outcome) -> dict[str, Any]:
    """Its fields by name, the empty ones left out."""
    item = {
        "at": outcome.at,
        "duration_ms": outcome.duration_ms,
        "address": outcome.address,
        "status": outcome.status,
        "verdict": outcome.verdict.value,
        "reason": outcome.reason,
        "excerpt": outcome.excerpt,
    }
    return {name: value for name, value in item.items() if value is not None}


def outcome_from_item(item: Mapping[str, Any]) -> Outcome:
    """The outcome that `outcome_to_item` wrote."""
    status = item.get("status")
    return Outcome(
        at=int(item["at"]),
        duration_ms=int(item["duration_ms"]),
        address=item.get("address"),
        status=None if status is None else int(status),
        verdict=Verdict(item["verdict"]),
        reason=item["reason"],
        excerpt=item["excerpt"],
    )
