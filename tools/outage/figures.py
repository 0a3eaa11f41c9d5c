"""The figures of a measured outage, from the record of the partners' servers. Pure; moments and waits are ms."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from herald.domain.breakers.breaker import RATE_PER_SECOND
from herald.domain.clock import SECOND
from tools.sample_partner import Received

_DELIVERED = "success"
_GRACE = 60 * SECOND  # beyond what the rate takes, from the repair to the last notification


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late notifications were POSTed for the first time, counted from their due time."""

    count: int
    median: int
    p95: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The record of one run. `due` is when each notification was due, in the order of acceptance, by its id."""

    due: Mapping[str, int]
    received: Sequence[Received]
    began_at: int
    opened_at: int | None
    repaired_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the run shows of the sick partner."""

    count: int
    until_open: int | None  # attempts that began before the breaker opened; None where it did not
    opened_after: int | None
    while_open: tuple[
        int, ...
    ]  # when attempts began from then on until the repair; without an opening, from the beginning
    first_answer_after: int | None  # from the repair
    last_delivered_after: int | None  # from the repair; None where some are missing
    bound: int
    delivered: int
    delivered_twice: int
    in_order: float  # share of successive deliveries of which the second was accepted later
    places_off: int  # 95 of 100 were delivered at most so many places from their own
    most_places_off: int


def lateness(due: Mapping[str, int], received: Sequence[Received]) -> Lateness:
    """Of those in `due` that were POSTed. Raises `ValueError` where none was."""
    first: dict[str, int] = {}
    for one in received:
        first.setdefault(one.headers["webhook-id"], one.at)
    waits = sorted(first[name] - moment for name, moment in due.items() if name in first)
    if not waits:
        raise ValueError("nothing was POSTed")
    return Lateness(len(waits), _percentile(waits, 50), _percentile(waits, 95), waits[-1])


def figures(run: Run) -> Figures:
    """What the sick partner's server received."""
    opened = run.opened_at
    before = [one for one in run.received if opened is not None and one.at < opened]
    sick = [one for one in run.received[len(before) :] if one.at < run.repaired_at]
    answered = [one for one in run.received if one.answer == _DELIVERED]
    told = Counter(one.headers["webhook-id"] for one in answered)
    order = list(dict.fromkeys(one.headers["webhook-id"] for one in answered))
    places = _places_off(list(run.due), order)
    return Figures(
        count=len(run.due),
        until_open=None if opened is None else len(before),
        opened_after=None if opened is None else opened - run.began_at,
        while_open=tuple(one.at - (opened or run.began_at) for one in sick),
        first_answer_after=answered[0].at - run.repaired_at if answered else None,
        last_delivered_after=answered[-1].at - run.repaired_at if len(told) == len(run.due) else None,
        bound=round(len(run.due) * SECOND / RATE_PER_SECOND) + _GRACE,
        delivered=len(told),
        delivered_twice=sum(count > 1 for count in told.values()),
        in_order=_in_order(list(run.due), order),
        places_off=_percentile(sorted(places), 95) if places else 0,
        most_places_off=max(places, default=0),
    )


def per_second(received: Sequence[Received], since: int) -> list[int]:
    """How many had arrived, in all, after each second from `since` on."""
    arrived = Counter((one.at - since) // SECOND for one in received if one.at >= since)
    return list(accumulate(arrived[second] for second in range(max(arrived, default=-1) + 1)))


def _places_off(accepted: Sequence[str], delivered: Sequence[str]) -> list[int]:
    """By how many places each was delivered earlier or later than its age among those delivered says."""
    came = set(delivered)
    own = {name: place for place, name in enumerate(name for name in accepted if name in came)}
    return [abs(place - own[name]) for place, name in enumerate(delivered)]


def _in_order(accepted: Sequence[str], delivered: Sequence[str]) -> float:
    own = {name: place for place, name in enumerate(accepted)}
    pairs = list(pairwise(delivered))
    return sum(own[one] < own[other] for one, other in pairs) / len(pairs) if pairs else 1.0


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that so many of a hundred do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
