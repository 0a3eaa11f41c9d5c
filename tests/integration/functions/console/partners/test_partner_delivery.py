"""How a partner is sent to, decided in the browser: its breaker, its limits, and the headers of its own."""

import pytest
import time_machine

from herald.domain.breakers.breaker import BreakerState
from herald.domain.partner import Partner, update_partner
from herald.runtime.settings import get_settings
from herald.store.dynamodb import TableUnavailable
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import value_of
from tests.support.console.shown_forms import form_to
from tests.support.factories import NOON, a_partner
from tests.support.functions.breakers import a_partner_with, open_breaker_of, recovering_since, waiting
from tests.support.functions.dispatcher import failed, partners, registered, stands, stored_partner
from tests.support.functions.secrets import header_values

ONE = "/console/partners/3528"
WHY, SECRET = "they called", "k-5f2c-secret"
LIMITS = ("timeout", "ratePerSecond", "concurrency")


def limits_form(page: Answer, **changes: str) -> dict[str, str]:
    seen = {f"was-{name}": value_of(page.body, f"was-{name}") for name in LIMITS}
    return {**seen, **{name.removeprefix("was-"): value for name, value in seen.items()}, "reason": WHY, **changes}


def set_header(browser: Browser, **typed: str) -> Answer:
    return browser.post(
        f"{ONE}/set-header", **{"headerName": "X-Api-Key", "headerValue": SECRET, "reason": WHY, **typed}
    )


def limits_of(one: Partner) -> tuple[int | None, int | None, int | None]:
    return one.timeout, one.rate_per_second, one.concurrency


# ── The breaker ──


def test_a_probe_is_sent_now(operator: Browser, aws: Aws) -> None:
    [one] = waiting(1)
    registered(a_partner_with(open_breaker_of(reserve=(one,))))

    page = operator.follow(operator.post(f"{ONE}/probe", reason=WHY))

    assert "A probe is sent now." in page.text
    assert [message["id"] for message in aws.messages("DeliveryQueue")] == [str(one.id)]
    assert (stored_partner().history[-1].action, stored_partner().history[-1].by) == ("probe", "alice")


def test_a_closed_breaker_sends_what_waits(operator: Browser, aws: Aws) -> None:
    registered(a_partner_with(open_breaker_of()))

    page = operator.follow(operator.post(f"{ONE}/close-breaker", reason=WHY))

    assert "The breaker is closed: what waits is sent, the oldest first." in page.text
    assert "close breaker" in page.text
    assert stored_partner().breaker.state is BreakerState.RECOVERING
    assert len(aws.messages("JobQueue")) == 1


@pytest.mark.parametrize("action", ["probe", "close-breaker"])
def test_a_breaker_that_has_closed_meanwhile_is_not_decided_about(operator: Browser, action: str) -> None:
    registered(a_partner_with(recovering_since(NOON)))

    answer = operator.post(f"{ONE}/{action}", reason=WHY)

    assert answer.status == 409
    assert "the partner's breaker is recovering: it has to be open for this" in answer.text
    assert WHY in answer.text


def test_the_lists_say_whose_breaker_is_open(operator: Browser) -> None:
    registered(a_partner_with(open_breaker_of(waiting=4_112)), a_partner(9), a_partner(10))
    stands(failed(1, NOON, partner_id=9))

    assert operator.get("/console/partners").text.count("breaker open") == 1
    work = operator.get("/console").text
    assert "2 partners need somebody: 1 failed, 0 held. 1 server does not answer." in work
    assert "Its server does not answer: 4,112 notifications are held back." in work


def test_with_breaker_off_no_page_speaks_of_a_breaker_that_is_stored_as_open(
    operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    [one] = waiting(1)
    registered(a_partner_with(open_breaker_of(waiting=4_112)))
    pages = ("/console", "/console/partners", ONE, f"/console/notifications/{one.id}")
    said = ("breaker open", "held back", "Close the breaker")
    assert all(any(text in operator.get(page).text for text in said) for page in pages)

    monkeypatch.setenv("BREAKER", "Off")
    get_settings.cache_clear()

    assert not any(text in operator.get(page).text for page in pages for text in said)


def test_the_work_list_has_no_partner_that_may_not_receive_for_its_breaker(operator: Browser) -> None:
    registered(a_partner_with(open_breaker_of(), url=None))

    assert "breaker open" not in operator.get("/console").text


def test_the_story_of_what_is_held_back_says_why_and_when(operator: Browser) -> None:
    [one] = waiting(1)
    registered(a_partner_with(open_breaker_of(since=NOON)))

    text = operator.get(f"/console/notifications/{one.id}").text

    assert "It is due and not attempted now, because the partner's server does not answer." in text
    assert "due; held back Stopped answering 2026-11-23 11:59:30 UTC Next probe 2026-11-23 12:00:30 UTC" in text
    assert "this notification is attempted all the same, as a probe." in text


# ── Limits ──


def test_limits_are_changed_and_taken_away(operator: Browser) -> None:
    registered(a_partner(timeout=5, concurrency=4))

    changed = limits_form(operator.get(ONE), ratePerSecond="50", concurrency="")
    page = operator.follow(operator.post(f"{ONE}/limits", **changed))

    assert "The limits are saved." in page.text
    assert limits_of(stored_partner()) == (5, 50, None)
    assert stored_partner().history[-1].what == "ratePerSecond: 50; concurrency: none"


@pytest.mark.parametrize(("name", "typed"), [("timeout", "16"), ("ratePerSecond", "x"), ("concurrency", "-1")])
def test_a_limit_out_of_bounds_is_refused_at_its_field(operator: Browser, name: str, typed: str) -> None:
    registered(a_partner())

    answer = operator.post(f"{ONE}/limits", **limits_form(operator.get(ONE), **{name: typed}))

    assert answer.status == 400
    assert f"`{name}` must be a whole number" in answer.text
    assert value_of(answer.body, name) == typed
    assert limits_of(stored_partner()) == (None, None, None)


def test_a_limit_that_somebody_else_changed_is_not_changed_again(operator: Browser) -> None:
    registered(a_partner(timeout=5))
    form = limits_form(operator.get(ONE), timeout="7")
    partners().save(before := stored_partner(), update_partner(before, {"timeout": 9}, "bob", "slow", NOON))

    answer = operator.post(f"{ONE}/limits", **form)

    assert answer.status == 409
    assert (value_of(answer.body, "timeout"), value_of(answer.body, "was-timeout")) == ("7", "9")
    assert stored_partner().timeout == 9


# ── Headers ──


def test_a_header_is_set_and_only_its_name_is_shown(operator: Browser) -> None:
    registered(a_partner())

    page = operator.follow(set_header(operator))

    assert "The header is set." in page.text
    assert "X-Api-Key (values are not shown)" in page.text
    assert SECRET not in page.body
    assert header_values(3528, NOON) == {"X-Api-Key": SECRET}
    assert stored_partner().history[-1].what == "headers: X-Api-Key set"


def test_a_header_is_removed(operator: Browser) -> None:
    registered(a_partner(headers={"X-Api-Key": SECRET, "X-Zone": "5"}))

    page = operator.follow(operator.post(f"{ONE}/remove-header", headerName="X-Api-Key", reason=WHY))

    assert "The header is removed." in page.text
    assert [*stored_partner().headers] == ["X-Zone"]


@pytest.mark.parametrize(
    ("typed", "problem", "field"),
    [
        ({"headerName": "webhook-id"}, "Herald sets `webhook-id` itself", "headerName"),
        ({"headerName": "a b"}, "`a b` is no header's name", "headerName"),
        ({"headerValue": ""}, "`headerValue` is missing", "headerValue"),
        ({"headerValue": "é" + SECRET}, "the value of `X-Api-Key` must be", "headerValue"),
        ({"reason": "x" * 501}, "`reason` must be", "reason"),
    ],
)
def test_a_refused_header_is_refused_at_its_field_and_its_value_is_in_no_page(
    operator: Browser, typed: dict[str, str], problem: str, field: str
) -> None:
    registered(a_partner())

    answer = set_header(operator, **typed)

    assert answer.status == 400
    assert problem in answer.text
    assert f'aria-describedby="set-header-{field}-problem"' in answer.body
    assert SECRET not in answer.body
    assert stored_partner().headers == {}


def test_a_session_that_ended_keeps_the_name_and_not_the_value(
    operator: Browser, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    clock.shift(9 * 3_600)

    signed_out = set_header(operator)
    kept = dict(form_to(signed_out.body, "/console/sign-in").fields)

    assert (signed_out.status, kept["headerName"], kept["reason"]) == (403, "X-Api-Key", WHY)
    assert SECRET not in signed_out.body


def test_tables_that_do_not_answer_keep_the_name_and_not_the_value(
    operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())

    def fails(*_: object) -> None:
        raise TableUnavailable

    monkeypatch.setattr(PartnerTable, "save", fails)
    answer = set_header(operator)

    assert answer.status == 503
    assert dict(form_to(answer.body, f"{ONE}/set-header").fields)["headerName"] == "X-Api-Key"
    assert SECRET not in answer.body
