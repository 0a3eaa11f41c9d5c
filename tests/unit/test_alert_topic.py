"""The words of an alert."""

import pytest

from herald.alert_topic import subject, text
from herald.attention_index import Summary
from tests.examples import NOON, a_partner


@pytest.mark.parametrize("partner_id", [1, 10**30, *(10**digits for digits in range(50, 60))])
def test_the_subject_is_one_line_of_printable_ascii_of_less_than_a_hundred_characters(partner_id: int) -> None:
    summary = Summary(count=10**9, oldest=NOON, newest=NOON, reason="不行\n", complete=False)
    line = subject(a_partner(partner_id, name="旅行\n"), summary)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 100


def test_one_notification_is_told_in_the_singular() -> None:
    summary = Summary(count=1, oldest=NOON, newest=NOON, reason="HTTP 500")
    assert text(a_partner(), summary).startswith("1 notification to Example Travel (partner 3528) failed")
