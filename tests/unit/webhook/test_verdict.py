"""The verdicts by status and body, and the reasons for the partner."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Verdict
from herald.languages.reason import Reason
from herald.webhook.response import MAX_RESPONSE, BodyEnd, WebhookResponse
from herald.webhook.responses.content_encoding import DecodingError, decode
from herald.webhook.verdict import judge

BARE = "it must be the bare word `success`"
GIVE_US = "register the address that answers itself"
MARK = b"\xef\xbb\xbf"
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "success")


def verdict(body: bytes, status: int = 200, codings: str = "", location: str | None = None) -> tuple[Verdict, str]:
    judgement = judge(WebhookResponse(status=status, body=body, codings=codings, location=location))
    return judgement.verdict, str(judgement.reason)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"success", id="exact"),
        pytest.param(b"success\n", id="line end"),
        pytest.param(b"success\r\n", id="CR LF"),
        pytest.param(b" \t\r\n\v\fsuccess \t\r\n\v\f", id="all ASCII white space"),
        pytest.param(MARK + b"success", id="byte-order mark"),
        pytest.param(MARK + b" \r\nsuccess\r\n", id="byte-order mark, then white space"),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226, 299])
def test_success_with_any_2xx_is_acknowledged(body: bytes, status: int) -> None:
    assert verdict(body, status) == (Verdict.SUCCESS, f"HTTP {status}, and the body was `success`")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", f"empty: {BARE}", id="empty"),
        pytest.param(MARK + b" \r\n", f"empty: {BARE}", id="white space only"),
        pytest.param(b"SUCCESS", "`SUCCESS`: it must be lower case", id="upper case"),
        pytest.param(b"Success\n", "`Success`: it must be lower case", id="mixed case"),
        pytest.param(b'"success"', '`"success"`: it must not be quoted', id="a JSON string"),
        pytest.param(b"'success'", "`'success'`: it must not be quoted", id="single quotes"),
        pytest.param("「success」".encode(), "`「success」`: it must not be quoted", id="Chinese quotes"),
        pytest.param(b'"SUCCESS"', '`"SUCCESS"`: it must be lower case and not quoted', id="quoted, upper case"),
        pytest.param(b"suc cess", "`suc cess`: there must be no other characters in it", id="inner space"),
        pytest.param(b"suc\ncess", "`suc cess`: there must be no other characters in it", id="inner line end"),
        pytest.param(
            b"success\xc2\xa0", "`success<U+00A0>`: there must be no other characters in it", id="no-break space"
        ),
        pytest.param(
            "\u3000success".encode(), "`<U+3000>success`: there must be no other characters in it", id="wide space"
        ),
        pytest.param(
            MARK + MARK + b"success", "`<U+FEFF>success`: there must be no other characters in it", id="two marks"
        ),
        pytest.param(b" " + MARK + b"success", "`<U+FEFF>success`: there must be no", id="a mark after white space"),
        pytest.param(b"success\0", "`success<U+0000>`: there must be no other characters in it", id="NUL"),
        pytest.param(b"success.", "`success.`: it must be `success` and nothing else", id="full stop"),
        pytest.param(b"successfully", "`successfully`: it must be `success` and nothing else", id="a longer word"),
        pytest.param(b"success success", "`success success`: it must be `success` and nothing else", id="twice"),
        pytest.param(
            b"Handled with SUCCESS", "`Handled with SUCCESS`: it must be `success` and nothing", id="in a sentence"
        ),
        pytest.param(FULL_WIDTH.encode(), f"`{FULL_WIDTH}`: it must be in plain ASCII letters", id="full width"),
        pytest.param(b"succes", "`succes`: it must be exactly `success`", id="misspelt"),
        pytest.param("成功".encode(), "`成功`: it must be exactly `success`", id="Chinese"),
        pytest.param(b"1", "`1`: it must be exactly `success`", id="a number"),
        pytest.param(b'{"code": 0}\n', f'JSON: `{{"code": 0}}`; {BARE}', id="JSON object"),
        pytest.param(b'["success"]', f'JSON: `["success"]`; {BARE}', id="JSON array"),
        pytest.param(b"[" * 60_000, f"JSON: `{'[' * 60}…`; {BARE}", id="deep JSON"),
        pytest.param(b"<!DOCTYPE html><p>success</p>", f"an HTML page: {BARE}", id="HTML with a doctype"),
        pytest.param(b"\n<html><body>success", f"an HTML page: {BARE}", id="HTML"),
        pytest.param(b"<?xml version='1.0'?><success/>", f"XML: {BARE}", id="XML"),
        pytest.param("success".encode("utf-16"), f"UTF-16 text: {BARE}, one byte a letter", id="UTF-16"),
        pytest.param("成功".encode("big5"), f"not UTF-8 text: {BARE}", id="Big5"),
        pytest.param(b"x" * 61, f"`{'x' * 60}…`: it must be exactly `success`", id="long text is cut"),
    ],
)
@pytest.mark.parametrize("status", [200, 206])
def test_other_body_is_refused_with_the_flaw(body: bytes, reason: str, status: int) -> None:
    given_verdict, given_reason = verdict(body, status)
    assert given_verdict is Verdict.NOT_SUCCESS
    assert given_reason.startswith(f"HTTP {status}, but the body was {reason}")


@pytest.mark.parametrize("status", [204, 205])
def test_empty_response_is_not_acknowledged(status: int) -> None:
    assert verdict(b"", status) == (Verdict.NOT_SUCCESS, f"HTTP {status}, but the body was empty: {BARE}")


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("gzip", gzip.compress(b"success\n", mtime=0)),
        ("x-gzip", gzip.compress(b"success", mtime=0)),
        (" GZip ", gzip.compress(MARK + b"success", mtime=0)),
        ("deflate", zlib.compress(b"success")),
        ("deflate", zlib.compress(b"success", wbits=-15)),
        ("identity", b"success"),
        (", ,", b"success"),
        ("deflate, gzip", gzip.compress(zlib.compress(b"success"), mtime=0)),
        ("gzip, identity, gzip", gzip.compress(gzip.compress(b"success", mtime=0), mtime=0)),
    ],
)
def test_body_is_decoded_before_comparison(codings: str, body: bytes) -> None:
    judgement = judge(WebhookResponse(status=200, body=body, codings=codings))
    assert judgement.verdict is Verdict.SUCCESS
    assert judgement.excerpt.strip("\ufeff\n") == "success"


@pytest.mark.parametrize(
    ("codings", "body", "reason"),
    [
        ("br", b"\x8b\x03\x80success\x03", "the answer was compressed as `br`, which Herald did not ask for"),
        ("zstd", b"\x28\xb5\x2f\xfdx", "the answer was compressed as `zstd`, which Herald did not ask for"),
        ("compress", b"\x1f\x9dx", "the answer was compressed as `compress`, which Herald did not ask for"),
        (
            "br",
            b"SUCCES",
            (
                "the answer said that it was compressed as `br`, but it was not; "
                "the body as it came was `SUCCES`: it must be exactly `success`"
            ),
        ),
        ("gzip", gzip.compress(b"success", mtime=0)[:-9], "the compressed answer stops in its middle"),
        ("gzip", gzip.compress(b"success", mtime=0) + b"success", "something else follows the compressed answer"),
        (
            "gzip,gzip",
            gzip.compress(b"success", mtime=0),
            "the answer said that it was compressed as `gzip`, but it was not",
        ),
        ("gzip,gzip,gzip,gzip", b"success", "the answer was compressed 4 times over"),
    ],
)
def test_undecodable_body_is_a_broken_response(codings: str, body: bytes, reason: str) -> None:
    assert verdict(body, codings=codings) == (Verdict.BROKEN_ANSWER, f"HTTP 200, but {reason}")


@pytest.mark.parametrize(
    "codings",
    [
        *("none", "UTF-8", "binary", "utf8", "iso-8859-1", "8bit", "text/plain", "chunked", "success", "*", "\xff"),
        *("x" * 99, "none, identity", ",".join(["none"] * 99)),
    ],
)
@pytest.mark.parametrize("body", [b"success", b" success\n"])
def test_a_name_that_is_no_coding_undoes_nothing(codings: str, body: bytes) -> None:
    assert verdict(body, codings=codings) == (Verdict.SUCCESS, "HTTP 200, and the body was `success`")


def test_coding_beside_an_unknown_name_is_decoded() -> None:
    assert verdict(gzip.compress(b"success"), codings="none, gzip, UTF-8")[0] is Verdict.SUCCESS


def test_body_with_unknown_coding_is_judged_as_sent() -> None:
    assert verdict(b"SUCCESS", codings="none")[1] == "HTTP 200, but the body was `SUCCESS`: it must be lower case"
    assert verdict(gzip.compress(b"success"), codings="none")[1].startswith("HTTP 200, but the body was not UTF-8 text")


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "dcb", "dcz"])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"success", "without the header Content-Encoding the body would have been accepted"),
        (MARK + b"success\r\n", "without the header Content-Encoding the body would have been accepted"),
        (b"SUCCESS", "the body as it came was `SUCCESS`: it must be lower case"),
    ],
)
def test_plain_body_with_coding_would_be_accepted(coding: str, body: bytes, words: str) -> None:
    said = f"HTTP 200, but the answer said that it was compressed as `{coding}`, but it was not; {words}"
    assert verdict(body, codings=coding) == (Verdict.BROKEN_ANSWER, said)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "compress"])
def test_page_with_coding_would_not_be_accepted(coding: str) -> None:
    reason = verdict(b"<html>", codings=coding)[1]
    assert reason.endswith(f"as `{coding}`, but it was not; the body as it came was an HTML page: {BARE}")


@pytest.mark.parametrize(
    ("status", "body", "beginning"),
    [
        (200, b"success", "HTTP 200, and the body was `success`"),
        (200, b"succ", "HTTP 200, but the body was `succ`: it must be exactly `success`"),
        (500, b"", "HTTP 500: the partner's program failed"),
        (302, b"", "HTTP 302: Herald does not follow redirects"),
    ],
)
def test_bytes_after_the_response_change_only_reason(status: int, body: bytes, beginning: str) -> None:
    alone = judge(WebhookResponse(status=status, body=body))
    followed = judge(WebhookResponse(status=status, body=body, followed=b"ess\x1b" + b"y" * 99))
    assert str(alone.reason).startswith(beginning)
    more = f"; behind the complete answer more came: `ess<U+001B>{'y' * 9}…`"
    assert (followed.verdict, str(followed.reason)) == (alone.verdict, str(alone.reason) + more)


def test_nothing_compressed_is_an_empty_body() -> None:
    assert verdict(b"", 204, "gzip") == (Verdict.NOT_SUCCESS, f"HTTP 204, but the body was empty: {BARE}")


@pytest.mark.parametrize("codings", ["gzip", "gzip, gzip"])
def test_decompressed_body_over_64_kib_is_too_large(codings: str) -> None:
    body = b"success".ljust(MAX_RESPONSE + 1)
    for _ in codings.split(","):
        body = gzip.compress(body)
    judgement = judge(WebhookResponse(status=200, body=body, codings=codings))
    assert judgement.verdict is Verdict.TOO_LARGE
    assert str(judgement.reason) == f"HTTP 200, but the answer was larger than 64 KiB: {BARE}"
    assert judgement.excerpt == "success".ljust(512)


def test_64_kib_are_not_too_large() -> None:
    assert verdict(gzip.compress(b"success".ljust(MAX_RESPONSE)), codings="gzip")[0] is Verdict.SUCCESS


def test_a_bomb_takes_no_memory() -> None:
    bomb = gzip.compress(bytes(60_000_000), 9)
    tracemalloc.start()
    decode("gzip", bomb, MAX_RESPONSE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "gzip, deflate", "br"]))
def test_no_bytes_make_the_unpacking_fail(body: bytes, codings: str) -> None:
    assert isinstance(decode(codings, body, 100), bytes | DecodingError)


@given(st.binary(max_size=1000), st.integers(0, 1000))
def test_never_more_than_the_bound_comes_out(body: bytes, limit: int) -> None:
    undone = decode("gzip", gzip.compress(body), limit)
    assert (undone == body) if len(body) <= limit else (isinstance(undone, DecodingError) and undone.too_large)


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (BodyEnd.CUT_OFF, (Verdict.BROKEN_ANSWER, "HTTP 200, but the answer broke off in its middle")),
        (BodyEnd.IMPROPER, (Verdict.BROKEN_ANSWER, "HTTP 200, but the flaw")),
        (BodyEnd.TOO_LARGE, (Verdict.TOO_LARGE, f"HTTP 200, but the answer was larger than 64 KiB: {BARE}")),
    ],
)
def test_incomplete_response_is_not_acknowledged(ending: BodyEnd, expected: tuple[Verdict, str]) -> None:
    flaw = Reason.sentence("the flaw") if ending is BodyEnd.IMPROPER else None
    judgement = judge(WebhookResponse(status=200, body=b"success", ending=ending, flaw=flaw, followed=b"x"))
    assert (judgement.verdict, str(judgement.reason)) == expected


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (101, "the server wants to speak another protocol"),
        (400, "the server did not accept the request"),
        (401, "the partner's receiver did not accept the signature: check that it has the present secret"),
        (403, "the server, or a firewall in front of it, refuses Herald"),
        (404, "there is nothing at this path"),
        (405, "the server does not take a POST"),
        (413, "the server takes only smaller requests"),
        (415, "the server does not take `application/json`"),
        (418, "I'm a Teapot; the status must be 200"),
        (429, "the server says that Herald asks too often"),
        (499, "the status must be 200"),
        (500, "the partner's program failed"),
        (502, "something in front of the partner's server got no proper answer from it"),
        (503, "the server says that it is out of service for now"),
        (504, "something in front of the partner's server waited for it in vain"),
        (599, "the status must be 200"),
        (600, "the status must be 200"),
        (999, "the status must be 200"),
    ],
)
def test_bad_status_has_a_reason_for_the_partner(status: int, words: str) -> None:
    given_verdict, reason = verdict(b"oops", status)
    assert given_verdict is Verdict.BAD_STATUS
    assert reason.startswith(f"HTTP {status}: {words}")
    assert "but the status must be 200" not in reason


@pytest.mark.parametrize("status", [102, 199, 404, 500, 503])
def test_success_with_bad_status_is_explained(status: int) -> None:
    given_verdict, reason = verdict(b"success\n", status)
    assert given_verdict is Verdict.BAD_STATUS
    assert reason.endswith("(the body was `success`, but the status must be 200)")


@pytest.mark.parametrize("ending", list(BodyEnd))
@pytest.mark.parametrize("codings", ["", "br"])
def test_a_bad_status_settles_it_whatever_the_body_is(ending: BodyEnd, codings: str) -> None:
    assert judge(WebhookResponse(status=500, body=b"x", codings=codings, ending=ending)).verdict is Verdict.BAD_STATUS


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_redirect_reason_has_the_location(status: int) -> None:
    assert verdict(b"success", status, location="https://new.example/notify") == (
        Verdict.REDIRECT,
        f"HTTP {status}: it points to `https://new.example/notify`, but Herald does not follow redirects; {GIVE_US}",
    )


@pytest.mark.parametrize("location", [None, ""])
def test_a_redirect_that_points_nowhere_is_one_too(location: str | None) -> None:
    assert verdict(b"", 302, location=location) == (
        Verdict.REDIRECT,
        f"HTTP 302: Herald does not follow redirects; {GIVE_US}",
    )


def test_shown_location_is_bounded() -> None:
    reason = verdict(b"", 302, location="https://x.example/\x1b[31m" + "y" * 10_000)[1]
    assert "`https://x.example/<U+001B>[31myyy" in reason
    assert len(reason) < 330


@given(st.binary(max_size=40), st.integers(100, 599))
def test_only_the_word_and_2xx_deliver(body: bytes, status: int) -> None:
    delivered = 200 <= status <= 299 and body.removeprefix(MARK).strip(b" \t\n\r\v\f") == b"success"
    assert (verdict(body, status)[0] is Verdict.SUCCESS) == delivered


@given(st.text() | st.text(st.sampled_from("sucesSUCES \"'\ufeff\xa0\u3000<{[\0")), st.integers(100, 999))
def test_every_reason_can_be_read_out(text: str, status: int) -> None:
    reason = verdict(text.encode("utf-8", "surrogatepass"), status, location=text)[1]
    assert reason.isprintable()
    assert reason.startswith(f"HTTP {status}")
    assert len(reason) <= 600


def test_excerpt_is_512_bytes_with_u_fffd() -> None:
    assert judge(WebhookResponse(status=200, body=b"a\xff" + b"b" * 600)).excerpt == "a\ufffd" + "b" * 510


def test_excerpt_has_no_partial_character() -> None:
    assert judge(WebhookResponse(status=500, body=b"a" + "執".encode() * 600)).excerpt == "a" + "執" * 170


def test_excerpt_has_the_decoded_part() -> None:
    assert (
        judge(WebhookResponse(status=200, body=gzip.compress(b"<h1>Oops")[:-4], codings="gzip")).excerpt == "<h1>Oops"
    )
