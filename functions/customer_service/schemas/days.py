"""What is known of a day: the notifications that were accepted on it, counted by hour and by partner."""

from collections.abc import Mapping, Sequence
from typing import TypedDict


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


class Places(TypedDict):
    """Which partners of the registry were counted: from the `first` to the `last` of `registered`, by number."""

    first: int
    last: int
    registered: int


class Counted(TypedDict):
    """A UTC day. An hour or a partner without notifications is left out; the partner with the most stands first.

    `countedUpTo` is how many were counted where there are more: then every number is a lower bound. None: all were.
    """

    day: str  # 2026-11-26
    hours: Mapping[int, Counts]  # by the UTC hour, 0 to 23
    partners: Sequence[PartnerCounts]
    countedUpTo: int | None


class DayCounts(Counted):
    """The day of one partner (`partnerId`), or of those at some `places` of the registry."""

    partnerId: int | None
    places: Places | None
    nextAfter: int | None  # the number of the last partner that was counted; None where none comes after it
