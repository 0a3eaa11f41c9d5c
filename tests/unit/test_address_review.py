"""What a reviewer sees of an address."""

# ruff: noqa: RUF001 - letters that look like others are what is tried here

import pytest

from herald.address import check_url
from herald.address_review import defanged, warnings_of


@pytest.mark.parametrize(
    "url",
    [
        "https://partner.example/notify",
        "https://xn--a.example",
        "https://203.0.113.7/",
        "https://[2606::1]/",
        "https://票券.example/測試",
        "https://ticket票券.example",
        "https://チケットの店.example",
        "https://표store.example",
        "https://über.example",
    ],
)
def test_a_usual_host_has_no_warning_about_its_letters(url: str) -> None:
    assert not [warning for warning in warnings_of(url) if "letters" in warning]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://аpple.example", "`аpple` mixes Cyrillic and Latin letters"),
        ("https://xn--pple-43d.example/p", "`аpple` mixes Cyrillic and Latin letters"),
        ("https://pαypal.example", "`pαypal` mixes Greek and Latin letters"),
        ("https://shop.раураl.example", "`раураl` mixes Cyrillic and Latin letters"),
        ("https://аррӏе.example", "`аррӏе` is written in Cyrillic letters"),
        ("https://ՕՏ.example", "is written in Armenian letters"),
    ],
)
def test_letters_that_look_like_others_are_named(url: str, said: str) -> None:
    check_url(url)
    assert any(said in warning for warning in warnings_of(url)), warnings_of(url)


@pytest.mark.parametrize(
    ("url", "ascii_host"),
    [("https://票券.example", "xn--zcr386g.example"), ("https://xn--zcr386g.example", "xn--zcr386g.example")],
)
def test_a_host_in_other_letters_is_shown_in_both_forms(url: str, ascii_host: str) -> None:
    [warning] = warnings_of(url)
    assert "票券.example" in warning
    assert ascii_host in warning


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("it points to `https://evil.example/a.b`", "it points to `https[:]//evil[.]example/a[.]b`"),
        ("HTTP://EVIL.example", "HTTP[:]//EVIL[.]example"),
        ("`//evil.example`", "`//evil[.]example`"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("javascript://x", "javascript[:]//x"),
        ("https://票券.台灣/", "https[:]//票券[.]台灣/"),
        ("HTTP/1.1 took 0.5 s. Then", "HTTP/1.1 took 0.5 s. Then"),
    ],
)
def test_nothing_in_a_mail_can_be_clicked(text: str, safe: str) -> None:
    assert defanged(text) == safe
