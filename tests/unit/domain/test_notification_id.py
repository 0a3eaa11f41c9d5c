"""A notification's public id: safe in a URL, unique, and parsed again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.notification_id import MalformedId, NotificationId

DIGEST = "5f2c" * 8
ORDER_IDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64)
IDS = st.builds(
    NotificationId,
    st.integers(1, 10**18),
    ORDER_IDS,
    st.text("0123456789abcdef", min_size=32, max_size=32),
)


def test_the_id_reads_as_the_design_shows_it() -> None:
    assert str(NotificationId(3528, "test158585", DIGEST)) == f"3528_dGVzdDE1ODU4NQ_{DIGEST}"


def test_base64url_may_hold_the_separator_itself() -> None:
    text = str(NotificationId(7, "???>>>", DIGEST))
    assert text.count("_") > 2
    assert NotificationId.parse(text) == NotificationId(7, "???>>>", DIGEST)


@given(IDS)
def test_id_is_safe_in_url_and_header_and_parses(one: NotificationId) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", str(one))
    assert NotificationId.parse(str(one)) == one


@given(IDS)
def test_the_keys_of_the_table_read_back(one: NotificationId) -> None:
    assert NotificationId.from_keys(one.order_key, one.digest) == one


@given(IDS, IDS)
def test_two_notifications_have_two_ids_and_two_keys(one: NotificationId, other: NotificationId) -> None:
    assert (
        (one == other) == (str(one) == str(other)) == ((one.order_key, one.digest) == (other.order_key, other.digest))
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3528",
        f"3528_dGVzdDE1ODU4NQ_{DIGEST[1:]}",
        f"3528_dGVzdDE1ODU4NQ_{DIGEST.upper()}",
        f"3528_dGVzdDE1ODU4NQ_{DIGEST}\n",
        f"3528__{DIGEST}",
        f"3528_dGVzdDE1ODU4NQ=_{DIGEST}",
        f"3528_dGVzdDE1ODU4N_{DIGEST}",  # no base64 has 13 characters
        f"3528_dGVzdDE1ODU4NR_{DIGEST}",  # decodes to the order id of ...NQ: a notification has one id
        f"0_dGVzdDE1ODU4NQ_{DIGEST}",
        f"03528_dGVzdDE1ODU4NQ_{DIGEST}",
        f"٣٥_dGVzdDE1ODU4NQ_{DIGEST}",
        f"-1_dGVzdDE1ODU4NQ_{DIGEST}",
        f"3528_gICA_{DIGEST}",  # not ASCII
        f"3528_IA_{DIGEST}",  # a space
        f"3528_AA_{DIGEST}",  # a control character
        f"3528_{'YWFh' * 22}_{DIGEST}",  # an order id of 66 characters
        f"{'9' * 5000}_dGVzdDE1ODU4NQ_{DIGEST}",
    ],
)
def test_text_that_str_did_not_write_is_refused(text: str) -> None:
    with pytest.raises(MalformedId, match="is not a notification's id"):
        NotificationId.parse(text)


@given(st.text("0123456789_-abcdefXYZ=/+ ", max_size=90))
def test_parsed_text_equals_str_of_the_id(text: str) -> None:
    try:
        assert str(NotificationId.parse(text)) == text
    except MalformedId:
        return
