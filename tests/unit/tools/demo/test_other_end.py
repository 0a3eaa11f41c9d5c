"""The demo reports a failure whenever the story of two stacks does not end as it must."""

from dataclasses import replace
from typing import Any

import pytest

from tools.demo.other_end.assertions import OtherEndResult, failures, summary
from tools.demo.other_end.story import COUNT, LADDER, OUT_OF_ORDER, RUNGS, payload
from tools.sample_partner import Received, Signature

SOURCE = "0f1e2d3c4b5a6978"
NUMBERS = range(1, COUNT + 1)
GAP = 100  # ms that a retry comes after its rung


def request(number: int, attempt: int, at: int, answer: str) -> Received:
    """One about the n-th notification."""
    return Received(
        at=at,
        method="POST",
        path="/p/shop-system",
        headers={"webhook-id": f"1_{number}", "herald-attempt": str(attempt)},
        body=payload(number),
        number=1,
        signature=Signature.VALID,
        answer=answer,
        answered_at=at,
    )


def received() -> list[Received]:
    """Each refused once, a second apart, then each accepted on its rung."""
    later = int(RUNGS[0] * 1000) + GAP
    refused = [request(number, 1, 1_000 * number, OUT_OF_ORDER) for number in NUMBERS]
    return refused + [request(number, 2, 1_000 * number + later, "200 success") for number in NUMBERS]


def told(state: str = "delivered", attempts: int = 1, took: int = 40) -> dict[str, Any]:
    return {"state": state, "attempts": [{"at": "1970-01-01T00:00:01.000Z", "durationMs": took}] * attempts}


def stored(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": f"1_{number}", "state": "delivered", "source": SOURCE, **changes}


def result(**changed: Any) -> OtherEndResult:
    good = OtherEndResult(
        source_id=SOURCE,
        at_platform=[told() for _ in NUMBERS],
        at_partner=[stored(number) for number in NUMBERS],
        tests=[request(0, 1, 0, "success")],
        received=received(),
    )
    return replace(good, **changed)


REQUESTS = received()
REFUSED, ACCEPTED = REQUESTS[:COUNT], REQUESTS[COUNT:]


def test_an_expected_result_has_no_failures() -> None:
    assert list(failures(result())) == []


@pytest.mark.parametrize(
    ("wrong", "failure"),
    [
        ({"at_platform": [told(attempts=2)]}, "notification 1 is delivered at the platform, after 2 attempts"),
        ({"at_platform": [told("waiting")]}, "notification 1 is waiting at the platform"),
        (
            {"at_platform": [told(took=8_100)]},
            "the platform was told success of notification 1 only when the shop system had taken it",
        ),
        ({"at_partner": [stored(1), stored(2)]}, "the partner's Herald stored 2 notifications of 3"),
        ({"at_partner": [stored(1, state="failed")]}, "notification 1 is failed at the partner"),
        ({"at_partner": [stored(1, source=None)]}, "notification 1 is not of the source"),
        ({"tests": [REQUESTS[0], REQUESTS[1]]}, "the shop system got 2 tests"),
        ({"received": [*REFUSED, *ACCEPTED[1:]]}, "notification 1 was to be refused at first and accepted once"),
        ({"received": [*REFUSED[1:], *ACCEPTED]}, "notification 1 was to be refused at first and accepted once"),
        ({"received": [*REQUESTS, ACCEPTED[0]]}, "notification 1 was to be refused at first and accepted once"),
        ({"received": [replace(REFUSED[0], body=b"{}"), *REQUESTS[1:]]}, "notification 1 did not arrive as it was"),
        (
            {"received": [replace(REFUSED[0], signature=Signature.UNCHECKED), *REQUESTS[1:]]},
            "notification 1 has a signature that is not valid",
        ),
        (
            {"received": [*REFUSED, replace(ACCEPTED[0], at=ACCEPTED[0].at - GAP - 1), *ACCEPTED[1:]]},
            "notification 1 came again after 8.00 s",
        ),
        ({"received": [*REFUSED, *reversed(ACCEPTED)]}, "those that were accepted at attempt 2 came in another order"),
    ],
)
def test_each_difference_is_named(wrong: dict[str, Any], failure: str) -> None:
    assert any(one.startswith(failure) for one in failures(result(**wrong)))


def test_another_rung_allows_another_order() -> None:
    late = replace(ACCEPTED[0], headers={**ACCEPTED[0].headers, "herald-attempt": "3"}, at=ACCEPTED[0].at + 8_100)
    refused = replace(ACCEPTED[0], answer=OUT_OF_ORDER)
    assert list(failures(result(received=[*REFUSED, refused, *ACCEPTED[1:], late]))) == []


def test_the_ladder_has_equal_waits_so_that_the_order_of_arrival_is_kept() -> None:
    assert len({*LADDER.split()}) == 1


def test_the_summary_has_the_times_and_the_refusals() -> None:
    assert "after 40, 40, 40 ms" in summary(result())
    assert "refused 3 requests" in summary(result())
