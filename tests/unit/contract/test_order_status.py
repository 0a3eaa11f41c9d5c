"""The state of an order, folded from its notifications."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.contract.envelope import parse_envelope
from herald.contract.order_status import fold
from herald.domain.decisions.decisions import close
from herald.domain.notification import Notification, receive
from herald.domain.transitions import Action
from herald.runtime.response_size import bytes_as_sent
from tests.support.factories import NOON


def told(method: str = "snNotify", at: int = NOON, **body: Any) -> Notification:
    """A notification of the order `A-1`, as the receiver stores it."""
    usual = {"orderQuantity": 3, "usedQuantity": 1} if method == "snNotify" else {}
    content = {"orderId": "A-1", "orderStatus": 9, **usual, **body}
    text = json.dumps({"code": 10000, "describe": "好", "partnerId": 3528, "method": method, "body": content})
    return receive(parse_envelope(text).id, text, at, at_once=False)


def order(*those: Notification) -> Any:
    text = fold(those)
    assert text is not None
    return json.loads(text)


def test_without_notifications_there_is_no_order() -> None:
    assert fold([]) is None


def test_one_notification_is_the_order() -> None:
    one = told(sncode="41", note="kept", nested={"a": [1, None]})
    assert order(one) == json.loads(one.payload)


def test_largest_quantity_counts() -> None:
    first, second = told(usedQuantity=2, at=NOON), told(usedQuantity=1, at=NOON + 1)
    assert order(first, second)["body"]["usedQuantity"] == 2
    most, less = told("reNotify", reQuantity=2), told("reNotify", reQuantity=1, at=NOON + 1)
    assert order(most, less)["body"]["reQuantity"] == 2


def test_later_of_two_equal_quantities_counts() -> None:
    early, late = told(orderStatus=9), told(orderStatus=8, at=NOON + 1)
    assert order(early, late)["body"]["orderStatus"] == 8


def test_refund_without_quantity_counts_less() -> None:
    with_none, without = told("reNotify", reQuantity=None, at=NOON + 2), told("reNotify", at=NOON + 1)
    assert order(told("reNotify", reQuantity=0), without, with_none)["body"]["reQuantity"] == 0


@pytest.mark.parametrize(("refunded_at", "method"), [(NOON + 1, "reNotify"), (NOON - 1, "snNotify")])
def test_later_of_redemption_and_refund_counts(refunded_at: int, method: str) -> None:
    redeemed, refunded = told(usedQuantity=3), told("reNotify", at=refunded_at, reQuantity=1)
    assert order(redeemed, refunded)["method"] == method


def test_digest_decides_between_simultaneous_ones() -> None:
    pair = told(usedQuantity=1), told("reNotify", reQuantity=1)
    last = max(pair, key=lambda one: one.id.digest)
    assert order(*pair)["method"] == json.loads(last.payload)["method"]


def test_codes_are_listed_once_in_order_of_acceptance() -> None:
    second, first = told(sncode="43, 41", usedQuantity=3, at=NOON + 1), told(sncode="41,42,", at=NOON)
    refund = told("reNotify", at=NOON + 2, reQuantity=1)
    assert order(second, first, refund)["body"]["sncode"] == "41,42,43"


def test_order_without_codes_has_none() -> None:
    assert "sncode" not in order(told())["body"]


def test_cancelled_one_is_left_out() -> None:
    most = told(usedQuantity=3)
    cancelled = close(most, Action.CANCEL, "alice", "a test", NOON, 90)
    resolved = close(most, Action.RESOLVE, "alice", "by telephone", NOON, 90)
    assert order(told(usedQuantity=1), cancelled)["body"]["usedQuantity"] == 1
    assert order(told(usedQuantity=1), resolved)["body"]["usedQuantity"] == 3
    assert fold([cancelled]) is None


@pytest.mark.parametrize("number", ["9007199254740993", "12.50", "1e2", "-0.0", "0.1000000000000000055511151231257827"])
def test_a_number_stays_as_it_was_written(number: str) -> None:
    text = told().payload.replace('"orderStatus": 9', f'"orderStatus": 9, "LHOrderId": 1, "amount": {number}')
    told_text = fold([replace(told(), payload=text)])
    assert told_text is not None
    assert f'"amount": {number}' in told_text


def test_codes_beyond_the_limit_are_omitted_and_counted() -> None:
    those = [told(sncode="41,42", at=NOON), told(sncode="43", usedQuantity=2, at=NOON + 1)]
    for room, codes, omitted in [(9, "41,42,43", None), (8, "41,42", 1), (6, "41,42", 1), (3, "41", 2), (0, "", 3)]:
        found = json.loads(fold(those, room) or "")
        assert (found["body"]["sncode"], found.get("omittedSncodes")) == (codes, omitted)
        assert found["body"]["usedQuantity"] == 2


@pytest.mark.parametrize("letter", ["4", '"', "\\", "理", "\u0001", "🎫"])
def test_large_order_fits_into_one_response(letter: str) -> None:
    def code(n: int) -> str:
        return f"{n}-{letter * 5}"

    def codes(first: int) -> str:
        return ",".join(code(n) for n in range(first, first + 700))

    those = [told(sncode=codes(n), usedQuantity=3, at=NOON + n) for n in range(0, 140_000, 700)]
    text = fold(iter(those))
    assert text is not None
    answer = json.loads(text)
    assert len(json.dumps({"body": text}, ensure_ascii=False).encode()) < 6_291_556
    told_codes = answer["body"]["sncode"].split(",")
    assert told_codes == [code(n) for n in range(len(told_codes))]
    assert len(told_codes) + answer.get("omittedSncodes", 0) == 140_000


@given(st.text(min_size=0, max_size=50))
def test_size_of_a_response_is_lambdas_count(text: str) -> None:
    whole = json.dumps({"body": text}, ensure_ascii=False).encode()
    assert bytes_as_sent(text) == len(whole) - len(b'{"body": ""}')


NOTIFICATIONS = st.lists(
    st.one_of(
        st.builds(
            lambda used, at, code: told(usedQuantity=used, at=NOON + at, sncode=code),
            st.integers(0, 3),
            st.integers(0, 2),
            st.sampled_from(["", "41", "42,41", "43"]),
        ),
        st.builds(
            lambda refunded, at: told("reNotify", reQuantity=refunded, at=NOON + at),
            st.one_of(st.none(), st.integers(0, 3)),
            st.integers(0, 2),
        ),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(NOTIFICATIONS, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(those: list[Notification], random: Any) -> None:
    again = [*those, *random.choices(those, k=len(those))]
    random.shuffle(again)
    assert fold(again) == fold(those)
