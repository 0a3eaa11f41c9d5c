"""Pages of partners, keys and jobs with the longest value of each field: each takes at most 60 KB."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from console.pages.jobs.job_list import job_list_page
from console.pages.keys.key_list import key_list_page
from console.pages.partners.partner import partner_page
from console.pages.partners.partner_list import partner_list_page
from console.rendering.forms import RefusedForm
from console.request import Form
from console.routes.jobs import JOBS
from console.routes.keys import KEYS
from console.routes.partners.registry import PARTNERS
from customer_service.schemas.jobs import Job
from customer_service.schemas.keys import Key, Keys
from customer_service.schemas.partners import Partner
from herald.domain.partner import HISTORY_LIMIT
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.console.page_text import elements, text_of
from tests.support.console.samples.administration_samples import (
    NOW,
    endpoint_test,
    job,
    key,
    open_breaker,
    partner,
    partner_health,
    session,
)

LARGEST = 60 * 1024  # bytes
AT = "2026-11-26T04:00:06.000Z"
EACH = {"plain": "x", "Chinese": "湖", "escaped for HTML": '"', "invisible": "\u202e", "unassigned": "\U000e0fff"}


@dataclass(frozen=True, slots=True)
class Longest:
    """Every field as long as it may be, of this character."""

    one: str

    def partner(self, **changes: Any) -> Partner:
        # An address is of printable ASCII characters, at most 2,000: `&` takes most bytes in HTML.
        url = ("https://west-lake.example/" + ("x" if self.one == "x" else "&") * 2_000)[:2_000]
        host = {"name": "湖" * 200, "ascii": "x" * 253, "warnings": ["湖" * 200] * 70}
        wide: dict[str, Any] = {
            "partnerId": MAX_PARTNER_ID,
            "name": self.one * 200,
            "contact": self.one * 200,
            "url": url,
            "urlHost": host,
            "proposedUrl": url,
            "proposedUrlHost": host,
            "ladder": " ".join(["999999m"] * 20),
            "timeout": 15,
            "ratePerSecond": 200,
            "concurrency": 50,
            "headerNames": [f"{number}-".ljust(64, "x") for number in range(10)],
            "breaker": open_breaker(waiting=10**7),
            "lastTest": endpoint_test(url=url, reason=self.one * 1_000, excerpt=self.one * 512),
            "history": [self.entry()] * HISTORY_LIMIT,
        }
        return partner(**{**wide, **changes})

    def entry(self) -> dict[str, str]:
        text = {"reason": self.one * 500, "what": self.one * 2_300}
        return {"at": AT, "by": self.one * 60, "action": "rotate secret by force", **text}

    def key(self) -> Key:
        end = {"at": AT, "by": self.one * 60, "reason": self.one * 500}
        texts = {"name": self.one * 60, "createdBy": self.one * 60, "reason": self.one * 500}
        return key(**texts, partnerIds=[MAX_PARTNER_ID] * 100, revoked=end)

    def job(self) -> Job:
        wanted = {"partnerId": MAX_PARTNER_ID, "state": "failed", "since": AT, "before": AT}
        counts = {"matched": 10**7, "changed": 5 * 10**6, "passedOver": 10**6}
        return job(by=self.one * 60, reason=self.one * 500, filter=wanted, **counts)


@pytest.fixture(params=[*Language])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    set_language(request.param)
    yield request.param
    set_language(Language.ENGLISH)


@pytest.fixture(params=[*EACH.values()], ids=[*EACH])
def longest(request: pytest.FixtureRequest, language: Language) -> Longest:  # noqa: ARG001 - each in each language
    return Longest(request.param)


PAGES: dict[str, Callable[[Longest], str]] = {
    "one partner": lambda longest: partner_page(session(), longest.partner(), notice="x" * 200),
    "one suspended partner": lambda longest: partner_page(session(), longest.partner(state="suspended")),
    "one partner without an address": lambda longest: partner_page(session(), longest.partner(proposedUrl=None)),
    "partners": lambda longest: partner_list_page(
        session(),
        {"items": [longest.partner()] * PARTNERS, "cursor": str(MAX_PARTNER_ID)},
        {MAX_PARTNER_ID: partner_health(failed=10**6, held=10**6, alertOpen=True)},
    ),
    "keys": lambda longest: key_list_page(
        session(), {"items": [longest.key()] * KEYS, "cursor": "c" * 32}, NOW, revoking=longest.key()
    ),
    "jobs": lambda longest: job_list_page(session(), {"items": [longest.job()] * JOBS, "cursor": "c" * 64}, NOW),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_longest_values_fit_into_60_kb(page: Callable[[Longest], str], longest: Longest) -> None:
    assert len(page(longest).encode()) <= LARGEST


@pytest.mark.parametrize("name", ["change", "limits", "approve", "suspend", "resume", "probe"])
def test_a_refused_form_fits_too(name: str, longest: Longest) -> None:
    typed = {"name": longest.one * 200, "contact": longest.one * 200, "reason": longest.one * 500}
    refused = RefusedForm(name, Form((*typed.items(), ("was-name", "a"), ("was-contact", "b"))), {"": "x" * 200})

    assert len(partner_page(session(), longest.partner(), refused=refused).encode()) <= LARGEST


def test_a_refused_revocation_fits_too(longest: Longest) -> None:
    those: Keys = {"items": [longest.key()] * KEYS, "cursor": "c" * 32}
    refused = RefusedForm("revoke", Form((("reason", longest.one * 500),)), {"": "x" * 200})

    assert len(key_list_page(session(), those, NOW, revoking=longest.key(), refused=refused).encode()) <= LARGEST


def hrefs(html: str) -> list[str]:
    return [link["href"] for link in elements(html, "a")]


def test_of_a_long_history_the_newest_are_shown_with_a_link_to_all() -> None:
    history = [{**Longest("x").entry(), "reason": f"reason-{number}."} for number in range(HISTORY_LIMIT)]
    html = partner_page(session(), partner(history=history))

    assert [f"reason-{number}." in html for number in (34, 35, 49)] == [False, True, True]
    assert "Older ones, which are not shown here: 35" in text_of(html)
    assert "/console/partners/3528?history=all#history" in hrefs(html)


def test_the_whole_page_cuts_nothing() -> None:
    longest = Longest("湖").partner()
    html = partner_page(session(), longest, whole=True)

    assert html.count("湖" * 2_300) == HISTORY_LIMIT
    assert html.count('<p class="field-problem"><span') == 2 * 70
    assert "…" not in html.partition("</title>")[2]
    assert not [href for href in hrefs(html) if "history=all" in href]


def test_usual_values_are_not_cut() -> None:
    url = "https://west-lake.example/" + "x" * 1_900
    typical = {"at": AT, "by": "alice", "action": "change", "reason": "湖" * 100, "what": f"url: {url[:400]}"}
    html = partner_page(session(), partner(url=url, proposedUrl=url, history=[typical] * 10))

    assert "…" not in html
    assert html.count(f'dir="auto">{url}</code>') == 2


def test_a_cut_text_has_a_link_to_the_whole() -> None:
    html = partner_page(session(), partner(history=[Longest("湖").entry()] * 15))

    assert "/console/partners/3528?history=all#history" in hrefs(html)


def test_an_excess_of_warnings_is_counted() -> None:
    text = text_of(partner_page(session(), Longest("x").partner(url=None)))

    assert text.count("and 64 more") == 1


def test_short_lists_show_their_texts_whole() -> None:
    longest = Longest("湖")

    assert f">{'湖' * 200}<" in partner_list_page(session(), {"items": [longest.partner()], "cursor": None}, {})
    assert key_list_page(session(), {"items": [longest.key()], "cursor": None}, NOW).count("湖" * 500) == 2
    assert f">{'湖' * 500}<" in job_list_page(session(), {"items": [longest.job()], "cursor": None}, NOW)
