"""What the page of a day shows: the notifications that were accepted on it, counted by hour and by partner."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict


class Counts(TypedDict):
    """Of those accepted within a time: how many, and how many are now delivered, waiting (or held), and failed."""

    accepted: int
    delivered: int
    waiting: int
    failed: int


class PartnerCounts(Counts):
    """The counts of one partner."""

    partnerId: int
    name: str


class DayCounts(TypedDict):
    """A UTC day. An hour without notifications may be left out; the partners are in the order to be shown.

    `countedUpTo` is the bound at which counting stopped: then every number is a lower bound. None: all were counted.
    """

    day: str  # 2026-11-26
    hours: Mapping[int, Counts]  # by the UTC hour, 0 to 23
    partners: Sequence[PartnerCounts]
    countedUpTo: int | None


HOURS: Final = range(24)
NONE: Final[Counts] = {"accepted": 0, "delivered": 0, "waiting": 0, "failed": 0}


def total_of(hours: Mapping[int, Counts]) -> Counts:
    """The counts of all hours together."""
    return {
        "accepted": sum(one["accepted"] for one in hours.values()),
        "delivered": sum(one["delivered"] for one in hours.values()),
        "waiting": sum(one["waiting"] for one in hours.values()),
        "failed": sum(one["failed"] for one in hours.values()),
    }
