"""Texts, words and addresses as a page shows them."""

from hypothesis import given
from hypothesis import strategies as st

from console.rendering.links import address
from console.rendering.text import shown, word
from herald.runtime.visible import unseen


@given(st.text(), st.integers(1, 50))
def test_a_text_is_cut_and_has_nothing_invisible(text: str, limit: int) -> None:
    assert unseen(shown(text, limit)) is None
    assert shown(text, limit).endswith("…") or len(text) <= limit


def test_a_short_text_stays_as_it_is() -> None:
    assert shown("西湖旅行 West Lake", 20) == "西湖旅行 West Lake"


def test_a_value_without_a_word_is_shown_itself() -> None:
    assert word({"failed": "failed"}, "parked\u202e") == "parked\\u202e"


def test_an_address_has_no_empty_values() -> None:
    assert address("/console/partners", name="", cursor=None) == "/console/partners"
    assert address("/console/partners", name="a&b", cursor="7") == "/console/partners?name=a%26b&cursor=7"
