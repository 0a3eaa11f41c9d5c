"""One partner in the browser: tested, reviewed, changed, with new secrets."""

from collections.abc import Iterator
from typing import Any

import pytest

from herald.domain.api_key import Role, hash_of
from herald.domain.partner import EndpointTest, ReviewState, update_partner
from herald.store.dynamodb import TableUnavailable
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import actions, elements, value_at, value_of
from tests.support.factories import NOON, a_partner, an_outcome
from tests.support.functions.dispatcher import failed, partners, registered, stands, stored_partner
from tests.support.functions.secrets import signing_secrets
from tests.support.request_counter import Meter
from tools.sample_partner import SamplePartners

LIST, ONE = "/console/partners", "/console/partners/3528"
URL, OTHER = "https://west-lake.example/notify", "https://other.example/notify"
NEW = {"partnerId": "3528", "name": "West Lake 旅行", "contact": "ops@west-lake.example", "url": URL, "ladder": ""}
WHY = "與對方工程師確認過"
PASSED = EndpointTest(url=URL, outcome=an_outcome(success=True))


@pytest.fixture
def server(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[SamplePartners]:  # noqa: ARG001 - it sets the environment first
    """The partners' servers on this machine; the stack allows private addresses."""
    monkeypatch.setenv("STAGE", "local")
    monkeypatch.setenv("ALLOW_PRIVATE_ENDPOINTS", "true")
    with SamplePartners() as running:
        yield running


def in_review(**changes: Any) -> None:
    registered(a_partner(**{"state": ReviewState.PENDING, "url": None, "proposed_url": URL, **changes}))


def change_form(page: Answer, **changes: str) -> dict[str, str]:
    """The form of changes as the page has it, with some fields typed over."""
    seen = {f"was-{name}": value_of(page.body, f"was-{name}") for name in ("name", "contact", "url", "ladder")}
    return {**seen, **{name.removeprefix("was-"): value for name, value in seen.items()}, "reason": WHY, **changes}


# ── One partner ──


def test_a_partner_costs_few_requests(operator: Browser, aws: Aws) -> None:
    registered(a_partner())
    stands(*(failed(n, NOON) for n in range(30)))
    meter = Meter(aws)

    page = operator.get(ONE)

    assert "Failed (30)" in page.text
    own = [call for call in meter.calls if call.resource in {"PartnerTable", "NotificationTable"}]
    assert len(own) == 3


@pytest.mark.parametrize("number", ["7", "x", "0", "1e3", "9" * 40])
def test_an_unknown_partner_has_no_page(operator: Browser, number: str) -> None:
    assert operator.get(f"{LIST}/{number}").status == 404
    assert operator.post(f"{LIST}/{number}/suspend", reason=WHY).status == 404


def test_a_test_shows_its_result(server: SamplePartners, operator: Browser) -> None:
    secret = value_at(operator.post(LIST, **{**NEW, "url": server.url("lake")}).body, "secret")
    server.share_secret("lake", secret)

    page = operator.follow(operator.post(f"{ONE}/test", which="proposed"))

    assert "The address passed the test." in page.text
    assert [entry.action for entry in stored_partner().history] == ["create", "test"]


def test_a_failed_test_shows_its_reason(server: SamplePartners, operator: Browser) -> None:
    operator.post(LIST, **{**NEW, "url": server.url("lake")})
    server.configure("lake", "200 SUCCESS")

    page = operator.follow(operator.post(f"{ONE}/test", which="proposed"))

    assert "The address did not pass the test: not acknowledged." in page.text
    assert "it must be lower case" in page.text


def test_without_an_address_nothing_is_tested(operator: Browser) -> None:
    registered(a_partner())

    answer = operator.post(f"{ONE}/test", which="proposed")

    assert answer.status == 409
    assert "the partner has no proposed address to test" in answer.text


def test_an_approved_address_is_used(operator: Browser) -> None:
    in_review(last_test=PASSED)

    page = operator.follow(operator.post(f"{ONE}/approve", url=URL, reason=WHY))

    assert "The address is approved" in page.text
    assert (stored_partner().url, stored_partner().state) == (URL, ReviewState.ACTIVE)
    assert (stored_partner().history[-1].by, str(stored_partner().history[-1].reason)) == ("alice", WHY)


def test_an_address_without_a_passed_test_is_approved_by_force_only(operator: Browser) -> None:
    in_review()

    refused = operator.post(f"{ONE}/approve", url=URL, reason=WHY)

    assert refused.status == 409
    assert "This address has not passed a test: test it first, or tick the box." in refused.text
    assert value_of(refused.body, "reason") == WHY
    assert operator.post(f"{ONE}/approve", url=URL, reason=WHY, force="true").status == 303
    assert stored_partner().history[-1].action == "approve by force"


def test_an_address_that_was_proposed_since_is_not_approved(operator: Browser) -> None:
    in_review(proposed_url=OTHER, last_test=EndpointTest(url=OTHER, outcome=an_outcome(success=True)))

    answer = operator.post(f"{ONE}/approve", url=URL, reason=WHY)

    assert answer.status == 409
    assert "somebody changed it since you saw it" in answer.text
    assert value_of(answer.body, "url") == OTHER
    assert stored_partner().url is None


def test_a_suspended_partner_is_resumed(operator: Browser) -> None:
    registered(a_partner())

    suspended = operator.follow(operator.post(f"{ONE}/suspend", reason=WHY))
    assert "The partner is suspended" in suspended.text
    assert stored_partner().state is ReviewState.SUSPENDED
    resumed = operator.follow(operator.post(f"{ONE}/resume", reason=WHY))

    assert "The partner is resumed" in resumed.text
    assert stored_partner().state is ReviewState.ACTIVE


def test_who_comes_second_reads_that_it_is_done(operator: Browser) -> None:
    registered(a_partner(state=ReviewState.SUSPENDED))

    answer = operator.post(f"{ONE}/suspend", reason=WHY)

    assert answer.status == 409
    assert "cannot suspend: the partner is suspended" in answer.text


def test_a_decision_needs_a_reason(operator: Browser) -> None:
    registered(a_partner())

    answer = operator.post(f"{ONE}/suspend", reason=" ")

    assert answer.status == 400
    assert "`reason` must be 1 to 500 characters that say why" in answer.text
    assert stored_partner().state is ReviewState.ACTIVE


def test_only_what_was_changed_in_the_form_is_changed(operator: Browser) -> None:
    registered(a_partner())
    form = change_form(operator.get(ONE), contact="new@example.com")
    partners().save(
        before := stored_partner(), update_partner(before, {"name": "Renamed meanwhile"}, "bob", "moved", NOON)
    )

    page = operator.follow(operator.post(f"{ONE}/change", **form))

    assert "The changes are saved." in page.text
    assert (stored_partner().name, stored_partner().contact) == ("Renamed meanwhile", "new@example.com")


def test_an_emptied_proposal_is_withdrawn(operator: Browser) -> None:
    registered(a_partner(proposed_url=OTHER))

    operator.post(f"{ONE}/change", **change_form(operator.get(ONE), url=""))

    assert stored_partner().proposed_url is None


def test_a_form_without_a_change_says_so(operator: Browser) -> None:
    registered(a_partner())

    answer = operator.post(f"{ONE}/change", **change_form(operator.get(ONE)))

    assert answer.status == 400
    assert "nothing is different from what you saw" in answer.text


def test_a_refused_change_keeps_what_was_typed(operator: Browser) -> None:
    registered(a_partner())

    answer = operator.post(f"{ONE}/change", **change_form(operator.get(ONE), url="http://x.example", name="Lakeside"))

    assert answer.status == 400
    assert value_of(answer.body, "name") == "Lakeside"
    assert stored_partner().proposed_url is None


# ── Credentials ──


def test_a_new_secret_is_shown_once(operator: Browser) -> None:
    registered(a_partner())
    before = stored_partner().secret

    answer = operator.post(f"{ONE}/rotate-secret", reason=WHY)

    assert answer.status == 200
    assert signing_secrets(3528, NOON) == (value_at(answer.body, "secret"), before)
    assert answer.headers["cache-control"] == "no-store"


def test_a_second_new_secret_within_a_day_needs_force(operator: Browser) -> None:
    registered(a_partner())
    operator.post(f"{ONE}/rotate-secret", reason=WHY)

    refused = operator.post(f"{ONE}/rotate-secret", reason=WHY)

    assert refused.status == 409
    assert "still signs until 24 November 2026, 12:00:00 UTC: make a new one after that, or tick" in refused.text
    assert "`force`" not in refused.text
    assert operator.post(f"{ONE}/rotate-secret", reason=WHY, force="true").status == 200


def test_a_new_query_key_is_shown_once(operator: Browser) -> None:
    registered(a_partner())

    answer = operator.post(f"{ONE}/rotate-key", reason=WHY)

    assert hash_of(value_at(answer.body, "query-key")) == stored_partner().query_keys[0]


@pytest.mark.parametrize("kind", ["rotate-secret", "rotate-key"])
def test_a_refused_rotation_makes_nothing(operator: Browser, kind: str) -> None:
    registered(a_partner())
    before = stored_partner()

    answer = operator.post(f"{ONE}/{kind}", reason="x" * 501)

    assert answer.status == 400
    assert stored_partner() == before


# ── Viewers, faults, languages ──


def test_a_viewer_reads_and_is_offered_no_change(browser: Browser) -> None:
    registered(a_partner(proposed_url=OTHER))
    browser.sign_in(Role.VIEWER)

    assert actions(browser.get(ONE).body) == []
    assert actions(browser.get(f"{LIST}/new").body) == []
    assert "Example Travel" in browser.get(LIST).text


def test_a_table_that_does_not_answer_keeps_what_was_typed(operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(a_partner())

    def fails(*_: object) -> None:
        raise TableUnavailable

    monkeypatch.setattr(PartnerTable, "save", fails)
    answer = operator.post(f"{ONE}/suspend", reason=WHY)

    assert answer.status == 503
    assert value_of(answer.body, "reason") == WHY


def test_an_unknown_code_is_no_notice(operator: Browser) -> None:
    registered(a_partner())

    assert "bought" not in operator.get(f"{ONE}?done=bought").text


def test_a_long_history_is_whole_behind_a_link(operator: Browser) -> None:
    one = a_partner()
    for number in range(20):
        one = update_partner(one, {"contact": f"contact-{number}."}, "bob", WHY, NOON)
    registered(one)

    usual = operator.get(ONE)
    [link] = [link["href"] for link in elements(usual.body, "a") if "history=" in link["href"]]

    assert "contact: contact-4." not in usual.text
    assert "contact: contact-5." in usual.text
    assert "contact: contact-0." in operator.get(link.partition("#")[0]).text


@pytest.mark.parametrize("done", ["approve", "suspend", "resume", "change", "test"])
def test_what_was_not_done_is_not_said(operator: Browser, done: str) -> None:
    registered(a_partner(last_test=PASSED))

    assert 'class="notice"' not in operator.get(f"{ONE}?done={done}").body


def test_what_was_done_is_said_in_the_readers_language(operator: Browser) -> None:
    registered(a_partner())
    operator.language = "zh-TW"

    page = operator.follow(operator.post(f"{ONE}/suspend", reason=WHY))

    assert "合作方已停用" in page.text
