"""The figures of a measured outage in words."""

from collections.abc import Sequence

from herald.domain.clock import SECOND
from tools.outage.figures import Figures, Lateness, per_second
from tools.outage.measurement import Measured

_EVERY = 10  # seconds between two points of the progress
_LISTED = 20  # attempts


def report(measured: Measured) -> list[str]:
    """A line for each figure."""
    alone, beside = measured.alone, measured.beside
    return [
        f"good partners alone: {_late(alone)}",
        f"good partners beside the sick one: {_late(beside)}",
        f"ratio of the 95th percentiles: {beside.p95 / max(1, alone.p95):.2f}",
        *_sick(measured.sick),
        f"attempts without an answer in all: {measured.failed}",
        f"delivered after the repair, every {_EVERY} s: {_progress(measured)}",
    ]


def _late(one: Lateness) -> str:
    waits = f"{_s(one.median)} (median), {_s(one.p95)} (95th percentile), {_s(one.most)} (most)"
    return f"{one.count} POSTed, due to POST {waits}"


def _sick(one: Figures) -> list[str]:
    opened = (
        "the breaker did not open"
        if one.until_open is None
        else f"the breaker opened after {_s(one.opened_after)}, at which {one.until_open} attempts had begun"
    )
    places = f"95 of 100 within {one.places_off} places of their own, all within {one.most_places_off}"
    return [
        opened,
        f"attempts from then on until the repair: {len(one.while_open)}, after {_moments(one.while_open)}",
        f"from the repair to the first answer: {_s(one.first_answer_after)}",
        f"from the repair to the last delivery: {_s(one.last_delivered_after)} (bound {_s(one.bound)})",
        f"delivered: {one.delivered} of {one.count}; more than once: {one.delivered_twice}",
        f"oldest first: {one.in_order:.1%} of successive deliveries in order; {places}",
    ]


def _progress(measured: Measured) -> str:
    answered = [one for one in measured.sick_received if one.answer == "success"]
    return " ".join(str(count) for count in per_second(answered, measured.repaired_at)[_EVERY - 1 :: _EVERY])


def _moments(those: Sequence[int]) -> str:
    """The first and the last of them, in seconds."""
    seconds = [f"{moment / SECOND:.0f}" for moment in those]
    return (
        " ".join(seconds if len(seconds) <= _LISTED else [*seconds[: _LISTED // 2], "…", *seconds[-_LISTED // 2 :]])
        + " s"
    )


def _s(wait: int | None) -> str:
    return "never" if wait is None else f"{wait / SECOND:.1f} s"
