"""The review of a partner: its address is tested and approved, it is suspended and resumed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from herald.contract import envelope
from herald.domain.attempt import Outcome
from herald.domain.partner import Partner, ReviewState, update_partner
from herald.languages.reason import Reason
from herald.store.partner_table import PartnerTable
from herald.webhook.client import WebhookClient
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner, an_outcome
from tests.support.functions.dispatcher import partners, registered
from tests.support.http.gateway import Gateway
from tools.sample_partner import SamplePartners

WHY = {"reason": "asked for it"}
NEW = {"partnerId": 3528, "name": "West Lake 旅行", "contact": "ops@west-lake.example", "ladder": "3m 6m"}
URL, OTHER = "https://west-lake.example/notify", "https://other.example/notify"

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SamplePartners]:
    """The partners' servers on this machine; the stack allows private addresses."""
    monkeypatch.setenv("STAGE", "local")
    monkeypatch.setenv("ALLOW_PRIVATE_ENDPOINTS", "true")
    with SamplePartners() as running:
        yield running


def in_review(server: SamplePartners) -> dict[str, Any]:
    """A new partner whose server can be tested."""
    created: dict[str, Any] = api.done("POST", "/partners", {**NEW, "url": server.url("lake")})
    server.share_secret("lake", created["secret"])
    return created


def test_a_test_sends_a_signed_test_notify(server: SamplePartners) -> None:
    created = in_review(server)
    attempt = api.done("POST", "/partners/3528/test", {"which": "proposed"})
    assert (attempt["verdict"], attempt["status"], attempt["excerpt"]) == ("success", 200, "success")
    assert (attempt["round"], attempt["attempt"], attempt["url"]) == (1, 1, server.url("lake"))
    [received] = server.received("lake")
    content = json.loads(received.body)
    del content["rawBodyCheck"]
    assert content == {"code": 10000, "describe": "測試", "partnerId": 3528, "method": "testNotify", "body": {}}
    assert received.headers["content-type"] == "application/json"
    assert (received.headers["herald-round"], received.headers["herald-attempt"]) == ("1", "1")
    Webhook(created["secret"]).verify(received.body, dict(received.headers), json_parse=False)


def test_the_body_of_a_test_keeps_to_the_contract(server: SamplePartners) -> None:
    in_review(server)
    api.done("POST", "/partners/3528/test", {})
    [received] = server.received("lake")
    body = received.body.decode().replace("testNotify", "reNotify").replace("{}", '{"orderId":"1","orderStatus":6}')
    assert envelope.parse_envelope(body.replace('"orderStatus"', '"LHOrderId":"2","orderStatus"')).text


def test_a_test_is_stored_with_the_partner_only(aws: Aws, server: SamplePartners) -> None:
    in_review(server)
    attempt = api.done("POST", "/partners/3528/test")
    partner = api.done("GET", "/partners/3528")
    assert partner["lastTest"] == attempt
    assert (partner["history"][-1]["action"], partner["history"][-1]["reason"]) == ("test", attempt["reason"])
    assert aws.items("NotificationTable") == []


def test_a_failed_test_answers_its_attempt(server: SamplePartners) -> None:
    in_review(server)
    server.configure("lake", "200 SUCCESS")
    attempt = api.done("POST", "/partners/3528/test", {})
    assert (attempt["verdict"], attempt["excerpt"]) == ("not_success", "SUCCESS")
    assert "lower case" in attempt["reason"]


def test_the_approved_address_can_be_tested(server: SamplePartners) -> None:
    registered(a_partner(url=server.url("lake"), proposed_url=server.url("new")))
    assert api.done("POST", "/partners/3528/test", {"which": "approved"})["url"] == server.url("lake")
    assert server.received("new") == []


def test_a_test_without_an_address_is_refused() -> None:
    registered(a_partner(url=None))
    assert "no proposed address" in api.refused(409, "POST", "/partners/3528/test", {})
    assert "no approved address" in api.refused(409, "POST", "/partners/3528/test", {"which": "approved"})


@pytest.mark.parametrize("url", [URL, "https://gone.example/"])
def test_a_test_result_survives_a_change_during_the_test(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    async def post(_: WebhookClient, posted: str, *__: object, **___: object) -> Outcome:
        stored = partners().get(3528)
        assert stored is not None
        partners().save(stored, update_partner(stored, {"proposed_url": url}, "bob", "moved", NOON))
        return an_outcome(success=True, reason=Reason.sentence(posted))

    monkeypatch.setattr(WebhookClient, "post", post)
    registered(a_partner(url=None, state=ReviewState.PENDING, proposed_url=URL))
    api.done("POST", "/partners/3528/test", {})
    partner = api.done("GET", "/partners/3528")
    assert (partner["lastTest"]["url"], partner["proposedUrl"]) == (URL, url)
    assert api.call("POST", "/partners/3528/approve", WHY).status == (200 if url == URL else 409)


def test_a_passed_test_permits_approval(server: SamplePartners) -> None:
    in_review(server)
    assert "has not passed a test" in api.refused(409, "POST", "/partners/3528/approve", WHY)
    api.done("POST", "/partners/3528/test", {})
    approved = api.done("POST", "/partners/3528/approve", WHY)
    assert (approved["state"], approved["url"], approved["proposedUrl"]) == ("active", server.url("lake"), None)
    entry = approved["history"][-1]
    assert (entry["by"], entry["action"], entry["reason"]) == ("alice", "approve", "asked for it")
    assert "nothing is proposed" in api.refused(409, "POST", "/partners/3528/approve", WHY)


def test_force_approves_without_a_test() -> None:
    registered(a_partner(url=None, state=ReviewState.PENDING, proposed_url=URL))
    assert api.done("POST", "/partners/3528/approve", {**WHY, "force": True})["url"] == URL


def test_an_address_changed_during_approval_is_refused(monkeypatch: pytest.MonkeyPatch, server: SamplePartners) -> None:
    def get_before_another_change(self: PartnerTable, partner_id: int) -> Partner:
        monkeypatch.setattr(PartnerTable, "get", get)
        found = get(self, partner_id)
        assert found is not None
        self.save(found, update_partner(found, {"proposed_url": OTHER}, "bob", "moved", NOON))
        return found

    in_review(server)
    api.done("POST", "/partners/3528/test", {})
    get = PartnerTable.get
    monkeypatch.setattr(PartnerTable, "get", get_before_another_change)
    assert "it is pending now: look at it again" in api.refused(409, "POST", "/partners/3528/approve", WHY)
    assert api.done("GET", "/partners/3528")["url"] is None


def test_suspend_and_resume_change_only_the_state() -> None:
    registered(a_partner(url=URL))
    assert api.done("POST", "/partners/3528/suspend", WHY)["state"] == "suspended"
    assert "the partner is suspended" in api.refused(409, "POST", "/partners/3528/suspend", WHY)
    resumed = api.done("POST", "/partners/3528/resume", WHY)
    assert (resumed["state"], resumed["url"]) == ("active", URL)
    assert "the partner is active" in api.refused(409, "POST", "/partners/3528/resume", WHY)
    assert [entry["action"] for entry in resumed["history"]] == ["suspend", "resume"]
