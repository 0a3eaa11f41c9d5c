"""Decoding of gzip in several members (RFC 1952, section 2.2), which some servers send while they stream."""

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.webhook.response import MAX_RESPONSE
from herald.webhook.responses.content_encoding import DecodingError, decode

FOLLOWED = "encoding_followed"
CUT_OFF = "encoding_cut_off"


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=8), st.integers(0, 200))
def test_gzip_members_are_one_body_with_one_limit(members: list[bytes], limit: int) -> None:
    whole = b"".join(members)
    undone = decode("gzip", b"".join(gzip.compress(member) for member in members), limit)
    assert (undone == whole) if len(whole) <= limit else (isinstance(undone, DecodingError) and undone.too_large)


@pytest.mark.parametrize(
    ("last", "flaw"),
    [
        pytest.param(gzip.compress(b"ess")[:-3], DecodingError(CUT_OFF, inside=b"success"), id="cut off"),
        pytest.param(b"\0\0", DecodingError(FOLLOWED, inside=b"succ"), id="zeros"),
        pytest.param(
            gzip.compress(b"ess") + b"\x1f\x8c", DecodingError(FOLLOWED, inside=b"success"), id="a false start"
        ),
    ],
)
def test_invalid_last_member_breaks_the_response(last: bytes, flaw: DecodingError) -> None:
    assert decode("gzip", gzip.compress(b"succ") + last, MAX_RESPONSE) == flaw


def test_many_members_make_a_bomb_only_up_to_the_bound() -> None:
    body = gzip.compress(bytes(MAX_RESPONSE // 2)) * 3
    undone = decode("gzip", body, MAX_RESPONSE)
    assert isinstance(undone, DecodingError)
    assert undone.too_large
    assert len(undone.inside) == MAX_RESPONSE + 1


def test_as_many_empty_members_as_fit_cost_little() -> None:
    member = gzip.compress(b"")
    body = member * (MAX_RESPONSE // len(member))
    began = time.process_time()
    assert decode("gzip", body, MAX_RESPONSE) == b""
    assert time.process_time() - began < 0.5


def test_bytes_after_an_empty_member_are_decoded() -> None:
    assert decode("gzip", gzip.compress(b"") + b"success", MAX_RESPONSE) == DecodingError(FOLLOWED)


@pytest.mark.parametrize("length", [1, 2, 9])
def test_gzip_cut_in_its_header_is_incomplete(length: int) -> None:
    assert decode("gzip", gzip.compress(b"success")[:length], MAX_RESPONSE) == DecodingError(CUT_OFF)


@pytest.mark.parametrize("coding", ["br", "aes128gcm", "exi", "BR", "utf-8, br"])
@pytest.mark.parametrize(
    "body",
    [b"ok", b"fail", b'{"code":0}', b"<!DOCTYPE html>\n<p>error</p>", "\ufeffsuccess成功".encode(), b"success!"],
)
def test_text_is_in_no_coding_without_signature(coding: str, body: bytes) -> None:
    flaw = decode(coding, body, MAX_RESPONSE)
    assert isinstance(flaw, DecodingError)
    assert flaw.name == "wrong_encoding"
    assert flaw.plain == body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\x0b\x03\x80success\x03", id="success"),
        pytest.param(b";", id="nothing"),
        pytest.param(b"\x06", id="nothing, by another level"),
        pytest.param(b"\x8b\x01\x80fail\x03", id="fail"),
        pytest.param(b"\x1b\x06\x00\x00\x24\xe2\xb1\xc5\x46\x6a\x02", id="bits that are no text"),
    ],
)
def test_a_body_in_brotli_was_not_asked_for(body: bytes) -> None:
    flaw = decode("br", body, MAX_RESPONSE)
    assert isinstance(flaw, DecodingError)
    assert flaw.name == "unasked_encoding"
    assert flaw.plain is None
