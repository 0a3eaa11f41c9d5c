"""Secrets that a partner's server repeats: in whole or in part, in other letters, escaped. Nothing of them is kept."""

import html
import json
import re
import string
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.limits.echoed_secrets import HIDDEN, SHORTEST, without_secrets
from herald.languages.reason import Reason
from tests.support.factories import an_outcome

SECRET = "k-5f2c-secret"
TOKEN = "eyJhbGciOi/JIUzI1NiJ9+AbC.dEf=="
type Echo = Callable[[str], str]


def php(text: str) -> str:
    """As PHP's json_encode writes it."""
    return json.dumps(text)[1:-1].replace("/", r"\/")


def numbered(text: str) -> str:
    """As HTML with a number for each character that is no letter or digit."""
    return "".join(one if one.isalnum() else f"&#{ord(one)};" for one in text)


def of_javascript(text: str) -> str:
    """As JSON with `\\u` for each character that is no letter or digit."""
    return "".join(one if one.isalnum() else f"\\u{ord(one):04X}" for one in text)


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def read_json(text: str) -> str:
    """What a text of JSON stands for, although a part of it may be hidden."""
    return re.sub(r"\\(u[0-9A-F]{4}|.)", lambda one: chr(int(one[1][1:], 16)) if len(one[1]) > 1 else one[1], text)


ECHOES: dict[str, tuple[Echo, Echo]] = {  # how a server repeats it, and how somebody who reads it takes it back
    "as it came": (str, str),
    "lower case": (str.lower, str),
    "upper case": (str.upper, str),
    "HTML": (html.escape, html.unescape),
    "HTML with numbers": (numbered, html.unescape),
    "JSON": (in_json, read_json),
    "PHP": (php, read_json),
    "JSON with numbers": (of_javascript, read_json),
    "JSON in HTML": (lambda text: html.escape(php(text)), lambda text: read_json(html.unescape(text))),
    "HTML in JSON": (lambda text: php(html.escape(text)), lambda text: html.unescape(read_json(text))),
    "HTML twice": (lambda text: html.escape(html.escape(text)), lambda text: html.unescape(html.unescape(text))),
    "a path": (quote, unquote),
    "a query": (quote_plus, unquote_plus),
}
SPECIAL = ["&", "%", "\\", "/", '"', "'", "<", ">", "+", "=", " ", "&amp;", "%41", "\\u0041", "\\/", "Bearer "]
values = st.lists(
    st.sampled_from(SPECIAL) | st.text(string.ascii_letters + string.digits + "-_.~", min_size=1, max_size=20),
    min_size=1,
    max_size=8,
).map(lambda parts: "".join(parts).strip())


def kept(text: str, *secrets: str) -> str:
    return without_secrets(an_outcome(excerpt=text), secrets).excerpt


def remains(text: str, value: str) -> list[str]:
    """The parts of the value that somebody still reads in the text."""
    parts = (value[start : start + SHORTEST].lower() for start in range(len(value) - SHORTEST + 1))
    return [part for part in parts if part in text.lower()]


@given(echo=st.sampled_from(sorted(ECHOES)), value=values, cut=st.integers(0, 20))
def test_of_a_value_that_is_repeated_nothing_of_eight_characters_remains(echo: str, value: str, cut: int) -> None:
    nothing_remains(echo, value, cut)


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize(
    "value", ["Bearer a/b&c\"d<e'f\\g", "&amp;&amp;%41%41\\u0041", f"Bearer {TOKEN}", "tab\tand\tmore"]
)
def test_each_way_to_repeat_a_value_is_found(echo: str, value: str) -> None:
    nothing_remains(echo, value, 0)


def nothing_remains(echo: str, value: str, cut: int) -> None:
    repeats, reads = ECHOES[echo]
    text = kept(f"token {repeats(value[cut:])} has expired", value)
    assert remains(text, value) == []
    assert remains(reads(text), value) == []


def test_an_answer_without_the_value_is_kept_as_it_is() -> None:
    text = 'Bearer of news &amp; <p>"k-5f2c"\\/ secrets %41%42 \\u0041 ÄÖÜ 臺北 İ'
    assert kept(text, SECRET, f"Bearer {TOKEN}") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"token {TOKEN} has expired", "token ••• has expired"),
        (f"token {TOKEN.lower()}", "token •••"),
        (f"{{'token':'{TOKEN[:12]}…'}}", "{'token':'•••…'}"),
        (f"…{TOKEN[-9:]} and {TOKEN[:9]}", "…••• and •••"),
        ('{"token":"' + php(TOKEN) + '"}', '{"token":"•••"}'),
        (f"?token={quote_plus(TOKEN)}&x=1", "?token=•••&x=1"),
        (f"{TOKEN}{TOKEN}", "•••"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: •••"),
    ],
)
def test_only_the_value_is_hidden(text: str, expected: str) -> None:
    assert kept(text, f"Bearer {TOKEN}") == expected


def test_the_reason_is_kept_without_it_too() -> None:
    also = Reason("followed", {"rest": f"x{SECRET}y"})
    reason = Reason("not_success.more", {"status": 200, "body": f"you sent {SECRET[:9]}…"}, (also,))
    outcome = without_secrets(an_outcome(excerpt=f"<p>{SECRET}</p>", reason=reason), [SECRET, "5"])
    assert outcome.excerpt == f"<p>{HIDDEN}</p>"
    assert outcome.reason == Reason(
        "not_success.more", {"status": 200, "body": f"you sent {HIDDEN}…"}, (Reason("followed", {"rest": "x•••y"}),)
    )


def test_a_short_value_is_no_secret_and_hides_nothing() -> None:
    assert kept("zone 5 is seven77", "5", "seven77") == "zone 5 is seven77"


def test_several_secrets_are_hidden_in_one_text() -> None:
    assert kept(f"{SECRET}, whsec_bm90LWEta2V5", SECRET, "whsec_bm90LWEta2V5") == "•••, •••"


@pytest.mark.parametrize("hostile", ["%25" * 700, "&amp;" * 400, "\\" * 2048, "&#" * 1024, "a" * 2048, "\\u0025" * 340])
def test_a_hostile_answer_takes_no_time(hostile: str) -> None:
    secrets = [f"{number}{'a%25&amp;' * 113}" for number in range(10)]
    began = time.process_time()
    kept(hostile, *secrets)
    assert time.process_time() - began < 0.5
