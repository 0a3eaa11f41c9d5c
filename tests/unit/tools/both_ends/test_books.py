"""Each rule that has to hold after a run finds its violation."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.both_ends.books import BATCH, SUCCESS, Audit, Books, violations
from tools.both_ends.workload import FAILS, answers, order_id, payload
from tools.sample_partner import Received, Signature

COUNT = 3
SUBMITTED = [payload(number) for number in range(COUNT)]


def request(number: int, answer: str = SUCCESS, **changes: Any) -> Received:
    """One about the n-th notification."""
    known: dict[str, Any] = {
        "at": 1_000 * number,
        "method": "POST",
        "path": "/p/shop-system",
        "headers": {"webhook-id": f"1_{order_id(number)}"},
        "body": payload(number),
        "number": number,
        "signature": Signature.VALID,
        "answer": answer,
    }
    return Received(**{**known, **changes})


def books(**changes: Any) -> Books:
    audit = Audit(states={"delivered": COUNT})
    right = Books(
        submitted=SUBMITTED,
        received=[request(0, "503 out of order"), *(request(number) for number in range(COUNT))],
        audits={"herald": audit, "herald-partner": audit},
    )
    return replace(right, **changes)


def test_right_books_have_no_violation() -> None:
    assert list(violations(books())) == []


@pytest.mark.parametrize(
    ("wrong", "violation"),
    [
        ({"received": [request(0), request(1)]}, "never acknowledged: "),
        ({"received": [request(0), request(1), request(2, "cut")]}, "never acknowledged: "),
        ({"received": [*books().received, request(0, headers={"webhook-id": "another"})]}, "came with several ids: "),
        ({"received": [*books().received, request(0, body=b"{}")]}, "request 0 was never submitted in this form: {}"),
        (
            {"received": [*books().received, request(0, signature=Signature.INVALID)]},
            "request 0 has a signature that is invalid",
        ),
        (
            {"received": [*books().received, request(1, headers={"webhook-id": f"1_{order_id(0)}"})]},
            f"1_{order_id(0)} is the id of 2 notifications",
        ),
        ({"received": [*books().received, request(0)]}, "1 came again although acknowledged"),
        ({"audits": {"herald": Audit(states={"delivered": COUNT - 1})}}, "herald: 3 were submitted"),
        ({"audits": {"herald": Audit(states={"delivered": COUNT + 1})}}, "herald: 3 were submitted"),
        ({"audits": {"herald": Audit(states={"delivered": 2, "waiting": 1})}}, "herald: 3 were submitted"),
        (
            {"audits": {"herald": Audit(states={"delivered": COUNT}, damages=["x"])}},
            "herald: `herald audit` found 1 damages",
        ),
    ],
)
def test_each_violation_is_named(wrong: dict[str, Any], violation: str) -> None:
    assert any(one.startswith(violation) for one in violations(books(**wrong)))


def test_a_batch_that_was_lost_may_come_again_and_no_more() -> None:
    again = [*books().received, *([request(0)] * BATCH)]
    assert list(violations(books(received=again, lost_batches=1))) == []
    assert list(violations(books(received=[*again, request(1)], lost_batches=1))) != []


# The workload


def test_each_notification_is_another_one() -> None:
    assert len({payload(number) for number in range(1_000)}) == 1_000


@given(seed=st.integers(), count=st.integers(min_value=0, max_value=50))
def test_a_seed_always_gives_the_same_answers_and_the_last_is_success(seed: int, count: int) -> None:
    drawn = answers(seed, count)
    assert drawn == answers(seed, count)
    assert (len(drawn), drawn[-1].name) == (count + 1, SUCCESS)


def test_the_shop_system_fails_as_often_as_is_said() -> None:
    drawn = answers(1, 10_000)
    assert sum(one.name != SUCCESS for one in drawn) / len(drawn) == pytest.approx(FAILS, abs=0.02)
