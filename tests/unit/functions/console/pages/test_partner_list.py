"""The list of the partners."""

from console.pages.partners.health import health_by_partner
from console.pages.partners.partner_list import partner_list_page
from operator_api.schemas.notifications import WorkLine
from operator_api.schemas.partners import Partner, Partners
from tests.support.console.administration_samples import HOSTILE, partner, partner_health, session
from tests.support.console.page_text import elements, text_of


def page(*partners: Partner, cursor: str | None = None) -> Partners:
    return {"items": [*partners], "cursor": cursor}


def links(html: str) -> list[str]:
    return [link["href"] for link in elements(html, "a")]


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


def test_the_health_follows_from_the_work_list() -> None:
    health = health_by_partner([line(3528, 141), line(3529, 1)], [line(3529, 12)], {3528, 9})

    assert health == {
        3528: {"failed": 141, "held": 0, "alertOpen": True},
        3529: {"failed": 1, "held": 12, "alertOpen": False},
    }


def line(number: int, count: int) -> WorkLine:
    return {"partnerId": number, "name": "x", "count": count, "oldest": "2026-11-26T04:00:00.000Z", "reason": "y"}


def test_fifty_partners_fit_into_60_kb() -> None:
    sick = partner_health(failed=1_410, held=12, alertOpen=True)
    those = [partner(partnerId=number) for number in range(1, 51)]
    html = partner_list_page(session(), page(*those, cursor="50"), dict.fromkeys(range(1, 51), sick))

    assert len(html.encode()) < 60 * 1024
