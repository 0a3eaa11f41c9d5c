"""Sums of the counts of a day."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from customer_service.schemas.days import Counts

HOURS: Final = range(24)
NONE: Final["Counts"] = {"accepted": 0, "delivered": 0, "waiting": 0, "failed": 0}


def total_of(hours: Mapping[int, "Counts"]) -> "Counts":
    """The counts of all hours together."""
    return {
        "accepted": sum(one["accepted"] for one in hours.values()),
        "delivered": sum(one["delivered"] for one in hours.values()),
        "waiting": sum(one["waiting"] for one in hours.values()),
        "failed": sum(one["failed"] for one in hours.values()),
    }
