"""A reason as a text attribute: it reads back equal, older texts stay, and it is shorter than its sentence."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from herald.languages.reason import Reason
from herald.store.items.reason_text import reason_from_text, reason_to_text
from tests.support.factories import REFUSED
from tests.support.reasons.every_reason import every_judgement, every_reason
from tests.support.reasons.strategy import REASONS

pytestmark = pytest.mark.any_reason


@given(REASONS)
def test_written_reason_reads_back(reason: Reason) -> None:
    assert reason_from_text(reason_to_text(reason)) == reason


def test_a_reason_is_stored_as_a_list() -> None:
    reason = Reason("bad_status.500", {"status": 500}, (Reason("followed", {"rest": '"x'}),))

    assert reason_to_text(REFUSED) == '["not_success.other",{"status":200,"body":"no"}]'
    assert json.loads(reason_to_text(reason)) == ["bad_status.500", {"status": 500}, ["followed", {"rest": '"x'}]]


@given(st.text())
@example("HTTP 200, but the body was `SUCCESS`: it must be lower case")
@example('["')
@example('["a"]')
@example('["a",{"b":[]}]')
@example('["a",{"b":true}]')
@example('["a",{"b":1.5}]')
@example('["a",{},"b"]')
@example('["a",{"b":' + "1" * 5_000 + "}]")
@example('["a"' + ",[" * 100_000)
def test_a_text_of_an_older_version_is_a_sentence(text: str) -> None:
    assert reason_from_text(text) == Reason.sentence(text)


def test_what_looks_like_a_code_stays_a_sentence() -> None:
    typed = Reason.sentence('["not_success.case",{"status":200}]')

    assert reason_from_text(reason_to_text(typed)) == typed


def test_a_reason_takes_less_room_than_its_sentence() -> None:
    """A write of up to 1 KB costs one unit, and an item has up to 40 attempts."""
    reasons = [*every_reason().values(), *(judgement.reason for judgement in every_judgement())]
    sizes = {reason: (len(reason_to_text(reason).encode()), len(str(reason).encode())) for reason in reasons}
    data, sentences = (sum(column) / len(sizes) for column in zip(*sizes.values(), strict=True))
    print(f"{data:.0f} bytes on average instead of {sentences:.0f}")
    more = {reason.code: size - before for reason, (size, before) in sizes.items() if size > before}
    print(f"more than before: {more}")

    assert data < 0.7 * sentences
    assert max(more.values()) <= 40
