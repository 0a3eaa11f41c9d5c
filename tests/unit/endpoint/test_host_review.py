"""The review of host names with non-ASCII letters."""

# ruff: noqa: RUF001 - letters that look like others are what is tried here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.endpoint.endpoint_policy import EndpointRefused, check_url
from herald.endpoint.host_review import HostReview, review_host, with_ascii_form

MIXED, TAKEN_FOR, UNREADABLE = "mixes letters of several scripts", "can be taken for", "stands for nothing"


@pytest.mark.parametrize(
    ("host", "review"),
    [
        ("例え.jp", HostReview("例え.jp", "xn--r8jz45g.jp", ())),
        ("xn--r8jz45g.jp", HostReview("例え.jp", "xn--r8jz45g.jp", ())),
        ("faß.de", HostReview("faß.de", "xn--fa-hia.de", ())),
        ("BÜCHER.de.", HostReview("bücher.de", "xn--bcher-kva.de", ())),
        ("shop.公司.香港", HostReview("shop.公司.香港", "shop.xn--55qx5d.xn--j6w193g", ())),
        ("東京タワー3f.jp", HostReview("東京タワー3f.jp", "xn--3f-xi4a5hlcv64wgiyb.jp", ())),
        ("한국abc.kr", HostReview("한국abc.kr", "xn--abc-lt8lk11n.kr", ())),
        ("россия.рф", HostReview("россия.рф", "xn--h1alffa9f.xn--p1ai", ())),
        ("море.рф", HostReview("море.рф", "xn--e1angi.xn--p1ai", ())),
        ("παράδειγμα.ελ", HostReview("παράδειγμα.ελ", "xn--hxajbheg2az3al.xn--qxam", ())),
    ],
)
def test_ordinary_idn_has_no_warning(host: str, review: HostReview) -> None:
    assert review_host(f"https://{host}:8443/notify") == review


@pytest.mark.parametrize(
    ("host", "warnings"),
    [
        ("аррӏе.com", [f"`аррӏе` {TAKEN_FOR} `apple`, which is another name"]),
        ("xn--80ak6aa92e.com", [f"`аррӏе` {TAKEN_FOR} `apple`, which is another name"]),
        (
            "pаypal.com",
            [f"`pаypal` {MIXED} (Cyrillic, Latin)", f"`pаypal` {TAKEN_FOR} `paypal`, which is another name"],
        ),
        ("αpple.com", [f"`αpple` {MIXED} (Greek, Latin)", f"`αpple` {TAKEN_FOR} `apple`, which is another name"]),
        ("ոօո.com", [f"`ոօո` {TAKEN_FOR} `non`, which is another name"]),
        ("ɡoogle.com", [f"`ɡoogle` {TAKEN_FOR} `google`, which is another name"]),
        ("login.ѕһор.com", [f"`ѕһор` {TAKEN_FOR} `shop`, which is another name"]),
        ("google.соm", [f"`соm` {MIXED} (Cyrillic, Latin)", f"`соm` {TAKEN_FOR} `com`, which is another name"]),
        ("шляпa.рф", [f"`шляпa` {MIXED} (Cyrillic, Latin)"]),
        ("абвα.com", [f"`абвα` {MIXED} (Cyrillic, Greek)"]),
        ("日本д.jp", [f"`日本д` {MIXED} (Cyrillic, Han)"]),
        ("한국カ.kr", [f"`한국カ` {MIXED} (Hangul, Katakana)"]),
        ("xn--a.com", [f"`xn--a` {UNREADABLE} that can be read"]),
        ("xn--.com", [f"`xn--` {UNREADABLE} that can be read"]),
        ("xn--paypal-.com", [f"`xn--paypal-` {UNREADABLE} that can be read"]),
        ("xn--zzzzzzzz99999999.com", [f"`xn--zzzzzzzz99999999` {UNREADABLE} that can be read"]),
    ],
)
def test_confusable_name_has_a_warning(host: str, warnings: list[str]) -> None:
    review = review_host(f"https://{host}/notify")
    assert review is not None
    assert [*map(str, review.warnings)] == warnings
    assert any(label.startswith("xn--") for label in review.ascii.split("."))


@pytest.mark.parametrize(
    "url",
    [
        *("https://shop.example/", "https://8.8.8.8/", "https://[2606:4700::1]/", "", "https://", "https://[::1/"),
        *("https://shop.example/例え?x=а", "https://a--b.com", "https://\ud800.com/", "https://ａｐｐｌｅ.com/"),
    ],
)
def test_a_plain_name_needs_no_review_of_its_letters(url: str) -> None:
    assert review_host(url) is None
    assert with_ascii_form(url) == url


def test_the_ascii_form_stands_behind_the_address() -> None:
    assert with_ascii_form("https://аррӏе.com/a") == "https://аррӏе.com/a (host xn--80ak6aa92e.com)"


@given(st.text(max_size=30), st.sampled_from(["https://", "https://xn--", "https://пример"]))
def test_review_shows_the_name_of_the_connection(text: str, start: str) -> None:
    review = review_host(f"{start}{text}")
    try:
        host = check_url(f"{start}{text}").host
    except EndpointRefused:
        return
    assert (review.ascii if review else host) == host
    assert (review is None) == (not any(label.startswith("xn--") for label in host.split(".")))
    assert review is None or review.name.isprintable()
