"""The list of the partners."""

from typing import Any

import pytest

from console.pages.partners.partner_list import partner_list_page
from customer_service.schemas.notifications import WorkLine
from customer_service.schemas.partners import Partner, Partners
from tests.support.console.page_text import elements, text_of
from tests.support.console.samples.administration_samples import (
    HOSTILE,
    open_breaker,
    partner,
    partner_health,
    recovering_breaker,
    session,
)


def page(*partners: Partner, cursor: str | None = None) -> Partners:
    return {"items": [*partners], "cursor": cursor}


def links(html: str) -> list[str]:
    return [link["href"] for link in elements(html, "a")]


@pytest.mark.parametrize(
    ("breaker", "said"), [(open_breaker(), "breaker open"), (recovering_breaker(), "recovering nothing failed")]
)
def test_an_open_breaker_and_a_recovery_are_named(breaker: dict[str, Any], said: str) -> None:
    assert said in text_of(partner_list_page(session(), page(partner(breaker=breaker)), {}))
    assert said not in text_of(partner_list_page(session(), page(partner()), {}))


def test_the_list_says_how_a_partner_does() -> None:
    html = partner_list_page(session(), page(partner()), {3528: partner_health(failed=1_410, held=12, alertOpen=True)})

    assert "active an address awaits its review 1,410 failed 12 held alert open" in text_of(html)
    assert {"/console/failed/3528", "/console/failed/3528?state=held", "/console/partners/3528"} <= {*links(html)}


def test_a_partner_that_is_not_counted_is_well() -> None:
    assert "nothing failed, nothing held" in text_of(partner_list_page(session(), page(partner()), {}))


def test_a_partner_without_an_address_receives_nothing() -> None:
    html = partner_list_page(session(), page(partner(url=None, state="pending")), {})

    assert "none: nothing is sent" in text_of(html)


def test_a_search_goes_on_to_its_next_page() -> None:
    html = partner_list_page(session(), page(partner(), cursor="3528"), {}, name="lake & co")

    assert "/console/partners?name=lake+%26+co&cursor=3528" in links(html)
    assert [field["value"] for field in elements(html, "input") if field.get("name") == "name"] == ["lake & co"]


def test_an_empty_list_says_what_that_means() -> None:
    assert "No partner is registered yet" in text_of(partner_list_page(session(), page(), {}))
    assert "No partner has “Nobody” in its name" in text_of(partner_list_page(session(), page(), {}, name="Nobody"))


def test_a_hostile_name_is_text() -> None:
    html = partner_list_page(session(), page(partner(name=HOSTILE)), {}, name=HOSTILE)

    assert elements(html, "img") == []
    assert "\\u202egnp.exe\\x1b[31m" in text_of(html)


def test_only_operators_are_offered_a_registration() -> None:
    assert "/console/partners/new" in links(partner_list_page(session(), page(), {}))
    assert "/console/partners/new" not in links(partner_list_page(session("viewer"), page(), {}))


def line(number: int, count: int) -> WorkLine:
    return {"partnerId": number, "name": "x", "count": count, "oldest": "2026-11-26T04:00:00.000Z", "reason": "y"}


def test_fifty_partners_fit_into_60_kb() -> None:
    sick = partner_health(failed=1_410, held=12, alertOpen=True)
    those = [partner(partnerId=number) for number in range(1, 51)]
    html = partner_list_page(session(), page(*those, cursor="50"), dict.fromkeys(range(1, 51), sick))

    assert len(html.encode()) < 60 * 1024
