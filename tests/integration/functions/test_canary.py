"""The canary: a notification of our own, from its submission over the whole way to its arrival."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
import time_machine

from authorizer import app as authorizer
from canary import app
from canary.partner import NotTheCanary
from canary.submission import CanaryRefused
from canary_arrival import app as server
from herald.contract.signature import new_secret, signed_headers
from herald.domain.attempt import Outcome
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.partner import ReviewState, update_partner
from herald.domain.review.address_review import suspend
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.runtime.metrics import flush
from herald.runtime.settings import get_settings
from herald.store.attribute_values import to_wire
from herald.store.canary_table import CanaryTable
from herald.store.items.notification_item import from_item
from herald.store.partner_table import PartnerTable
from receiver import app as receiver
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, a_partner, an_outcome
from tests.support.functions.deliverer import Post, deliver, employed
from tests.support.functions.dispatcher import poll
from tests.support.functions.secrets import signing_secrets
from tests.support.http.http_events import api_event
from tests.support.paths import EVENTS

NotOurApi: Any = app.NotOurApi
API = "https://api.example.com"
NUMBER = 900001

type Printed = pytest.CaptureFixture[str]


@dataclass
class OwnApi:
    """In place of the webhook client: Herald's API, with its authorizer and its receiver."""

    keys: list[str] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)  # what the authorizer said of each key while it flew
    refuses: bool = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        assert url == f"{API}/notifications"
        self.keys.append(headers["authorization"])
        known = authorizer.handler({"headers": headers}, None)
        self.found.append(known)
        assert known["isAuthorized"]
        event = api_event("POST", "/notifications", body.decode(), caller=known["context"])
        said = "" if self.refuses else receiver.handler(event, None)["body"]
        return an_outcome(success=said == "success", at=now(), reason=Reason.sentence("HTTP 503: service unavailable"))


@pytest.fixture(autouse=True)
def clock(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    monkeypatch.setenv("CANARY_PARTNER_ID", str(NUMBER))
    flush()
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch) -> OwnApi:
    api = OwnApi()
    monkeypatch.setattr(app, "new_webhook_client", lambda _: api)
    return api


def fly() -> Any:
    return app.handler({"apiUrl": API}, None)


def partner() -> Any:
    return PartnerTable("PartnerTable").get(NUMBER)


def arrive(body: bytes | str, headers: dict[str, str]) -> tuple[int, str]:
    event = api_event("POST", "/canary", body)
    answer = server.handler({**event, "headers": {**event["headers"], **headers}}, None)
    return answer["statusCode"], answer["body"]


def canary_keys(aws: Aws) -> list[str]:
    """The keys that the canary may use now."""
    return [item["name"] for item in aws.items("CanaryTable") if item["name"].startswith("key#")]


def arrivals(printed: Printed, order: str, clock_at: int) -> list[float] | None:
    """What was counted when a notification of this order arrived, signed by Herald at that moment."""
    printed.readouterr()
    body = json.dumps({"body": {"orderId": order}}).encode()
    assert arrive(body, signed(body, at=clock_at)) == (200, "success")
    return emitted(printed.readouterr().out).get("CanaryArrived")


def signed(body: bytes, at: int = NOON, secret: str | None = None) -> dict[str, str]:
    return signed_headers([secret] if secret else signing_secrets(NUMBER, now()), "id", at, body)


# ── The whole way ──


def test_a_canary_flies_the_whole_way_and_its_arrival_is_measured(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    poster = employed(monkeypatch)
    poster.answering = at_the_canarys
    told = fly()
    assert told == {"flies": True, "orderId": f"canary-{NOON}"}
    clock.shift(70)
    poll()
    capsys.readouterr()
    deliver(aws)
    found = emitted(capsys.readouterr().out)
    assert (found["CanaryArrived"], found["CanaryLatency"], found["Delivered"]) == ([1], [70], [1])
    [item] = aws.items("NotificationTable")
    assert from_item(item).state is State.DELIVERED
    assert [post.url for post in poster.posts] == [f"{API}/canary"]


def at_the_canarys(post: Post) -> Outcome:
    return an_outcome(success=arrive(post.body, post.headers) == (200, "success"), at=now())


# ── The partner and its key ──


def test_the_first_flight_registers_the_partner_with_an_address_of_our_own() -> None:
    fly()
    created = partner()
    assert (created.name, created.state, created.url) == ("Herald's canary", ReviewState.ACTIVE, f"{API}/canary")
    assert [(entry.by, entry.action) for entry in created.history] == [
        ("herald", "create"),
        ("herald", "approve by force"),
    ]


def test_later_flights_change_nothing(aws: Aws, clock: time_machine.Traveller) -> None:
    fly()
    before = partner()
    clock.shift(300)
    fly()
    assert partner() == before
    assert len(aws.items("NotificationTable")) == 2


def test_each_flight_has_a_publishers_key_of_its_own_that_is_withdrawn_after_it(aws: Aws, api: OwnApi) -> None:
    fly()
    fly()
    assert len(set(api.keys)) == 2
    publisher = {"isAuthorized": True, "context": {"role": "publisher", "name": "canary"}}
    assert api.found == [publisher] * 2
    assert aws.items("KeyTable") == []
    assert canary_keys(aws) == []


def test_a_key_is_withdrawn_after_a_flight_that_fails_as_well(aws: Aws, api: OwnApi) -> None:
    api.refuses = True
    with pytest.raises(CanaryRefused, match="HTTP 503"):
        fly()
    assert aws.items("KeyTable") == []
    assert canary_keys(aws) == []


def test_an_api_with_another_address_becomes_the_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    fly()
    other = "https://other.example.com"
    monkeypatch.setattr(f"{__name__}.API", other)
    assert app.handler({"apiUrl": other}, None)["flies"]
    assert partner().url == f"{other}/canary"


def test_a_number_that_belongs_to_somebody_else_is_left_alone(aws: Aws) -> None:
    theirs = a_partner(NUMBER)
    PartnerTable("PartnerTable").add(theirs)
    with pytest.raises(NotTheCanary, match="give CanaryPartnerId a number that no partner has"):
        fly()
    assert partner() == theirs
    assert aws.items("CanaryTable") == []


def test_a_canary_that_somebody_suspended_does_not_fly(aws: Aws) -> None:
    fly()
    before = partner()
    PartnerTable("PartnerTable").save(before, suspend(before, "alice", "it is in the way", now()))
    assert fly() == {"flies": False}
    assert len(aws.items("NotificationTable")) == 1


def test_a_canary_that_somebody_renamed_is_told_from_a_partner_who_has_the_number_by_the_text_only() -> None:
    fly()
    before = partner()
    PartnerTable("PartnerTable").save(before, update_partner(before, {"name": "Birds"}, "alice", "nicer", now()))
    with pytest.raises(NotTheCanary, match=r"“Birds” and not “Herald's canary”.*its name again if somebody renamed it"):
        fly()


# ── Its arrival ──


def test_a_test_of_the_address_is_answered_and_is_no_arrival(capsys: Printed) -> None:
    fly()
    capsys.readouterr()
    body = b'{"code":10000,"describe":"x","partnerId":900001,"method":"testNotify","body":{}}'
    assert arrive(body, signed(body)) == (200, "success")
    assert "CanaryArrived" not in emitted(capsys.readouterr().out)


@pytest.mark.parametrize("order", ["test158585", "canary-", "canary-x", "canary-99999999999999", f"canary-{NOON}x"])
def test_what_a_publisher_sends_the_canary_is_acknowledged_and_is_no_arrival(order: str, capsys: Printed) -> None:
    fly()
    capsys.readouterr()
    body = json.dumps({"body": {"orderId": order}}).encode()
    assert arrive(body, signed(body)) == (200, "success")
    assert "CanaryArrived" not in emitted(capsys.readouterr().out)


def test_a_partner_who_has_the_number_is_not_the_canary() -> None:
    PartnerTable("PartnerTable").add(a_partner(NUMBER))
    body = b'{"body":{"orderId":"canary-1"}}'
    assert arrive(body, signed(body))[0] == 401


@pytest.mark.parametrize("recorded", [NOON, NOON - 30 * 24 * 60 * MINUTE])
def test_a_canary_that_was_recorded_is_refused_when_it_is_cut_at_another_full_stop(
    recorded: int, capsys: Printed
) -> None:
    fly()
    body = f'{{"describe":".{NOON // SECOND}.{{}}"}}'.encode()
    headers = signed(body, at=recorded)
    whole = b".".join((b"id", headers["webhook-timestamp"].encode(), body)).split(b".")
    for cut in range(2, len(whole) - 1):
        moved = {"webhook-id": b".".join(whole[:cut]).decode(), "webhook-timestamp": whole[cut].decode()}
        assert arrive(b".".join(whole[cut + 1 :]), {**headers, **moved})[0] == 401
    assert "CanaryArrived" not in emitted(capsys.readouterr().out)


@pytest.mark.parametrize("case", ["unsigned", "other secret", "other body", "old", "no partner"])
def test_what_herald_has_not_signed_is_refused_and_not_counted(
    case: str, capsys: Printed, clock: time_machine.Traveller
) -> None:
    body = json.dumps({"body": {"orderId": f"canary-{NOON}"}}).encode()
    if case == "no partner":
        assert arrive(body, signed(body, secret=new_secret()))[0] == 401
        return
    fly()
    headers = {
        "unsigned": {},
        "other secret": signed(body, secret=new_secret()),
        "other body": signed(b"other"),
        "old": signed(body, at=NOON - 6 * MINUTE),
    }[case]
    clock.shift(1)
    capsys.readouterr()
    status, said = arrive(body, headers)
    assert (status, json.loads(said)["code"]) == (401, 40100)
    assert "CanaryArrived" not in emitted(capsys.readouterr().out)


@pytest.mark.parametrize("minutes", [0, 1, 13, 30, 59])
def test_what_the_canary_sent_counts_for_an_hour(minutes: int, capsys: Printed, clock: time_machine.Traveller) -> None:
    order = fly()["orderId"]
    clock.shift(minutes * 60)
    assert arrivals(capsys, order, now()) == [1]


@pytest.mark.parametrize("minutes", [60, 61, 120, 24 * 60, 51 * 60, 365 * 24 * 60])
def test_what_arrives_after_an_hour_or_later_counts_no_more(
    minutes: int, capsys: Printed, clock: time_machine.Traveller
) -> None:
    order = fly()["orderId"]
    clock.shift(minutes * 60)
    assert arrivals(capsys, order, now()) is None


@pytest.mark.parametrize("apart", [-60 * MINUTE, -MINUTE, -1, 1, MINUTE])  # ms from the one that was sent
def test_an_order_that_looks_like_a_canarys_and_was_not_sent_is_no_arrival(apart: int, capsys: Printed) -> None:
    fly()
    assert arrivals(capsys, f"canary-{NOON + apart}", NOON) is None


def test_a_canary_that_was_never_submitted_because_it_is_suspended_is_no_arrival(capsys: Printed) -> None:
    fly()
    before = partner()
    PartnerTable("PartnerTable").save(before, suspend(before, "alice", "it is in the way", now()))
    with time_machine.travel((NOON + 5 * MINUTE) / SECOND, tick=False):
        assert fly() == {"flies": False}
        assert arrivals(capsys, f"canary-{now()}", now()) is None


# ── Its own API ──


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.example.net",
        f"{API}.attacker.example.net",
        f"{API}/",
        f"{API}@attacker.example.net",
        API.replace("https", "http"),
        API.upper(),
        f" {API}",
        "",
    ],
)
def test_an_event_that_names_another_api_sends_nothing_there(
    url: str, aws: Aws, api: OwnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_URL", API)
    with pytest.raises(NotOurApi):
        app.handler({"apiUrl": url}, None)
    assert api.keys == []
    assert aws.items("CanaryTable") == aws.items("PartnerTable") == []


def test_an_event_that_names_the_stacks_own_api_lets_one_fly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", API)
    assert fly()["flies"]


# ── Its entries ──


def test_a_key_that_a_flight_left_behind_ends_by_itself(clock: time_machine.Traveller) -> None:
    CanaryTable("CanaryTable").admit("herald_left", now())
    assert authorizer.handler({"headers": {"authorization": "Bearer herald_left"}}, None)["isAuthorized"]
    clock.shift(300)
    assert not authorizer.handler({"headers": {"authorization": "Bearer herald_left"}}, None)["isAuthorized"]


@pytest.mark.parametrize(
    "more", [{"role": "operator"}, {"role": "partner", "partner_id": 3528}, {"name_of_key": "bob"}]
)
def test_nothing_that_stands_in_the_canarys_table_makes_a_key_more_than_a_publishers(
    aws: Aws, more: dict[str, Any]
) -> None:
    CanaryTable("CanaryTable").admit("herald_k", now())
    [item] = aws.items("CanaryTable")
    aws.dynamodb.put_item(TableName="CanaryTable", Item=to_wire({**item, **more}))
    answer = authorizer.handler({"headers": {"authorization": "Bearer herald_k"}}, None)
    assert answer["context"] == {"role": "publisher", "name": "canary"}


@pytest.mark.parametrize("text", [f"canary-{NOON}", "key#", "sent#", "herald_other", "HERALD_K"])
def test_what_the_canary_did_not_admit_is_no_key(text: str) -> None:
    fly()
    CanaryTable("CanaryTable").admit("herald_k", now())
    assert not authorizer.handler({"headers": {"authorization": f"Bearer {text}"}}, None)["isAuthorized"]


def test_a_stack_without_a_canary_does_not_look_for_its_keys(monkeypatch: pytest.MonkeyPatch, network: Network) -> None:
    CanaryTable("CanaryTable").admit("herald_k", now())
    monkeypatch.setenv("CANARY_PARTNER_ID", "")
    get_settings.cache_clear()
    before = len(network.seen)
    assert not authorizer.handler({"headers": {"authorization": "Bearer herald_k"}}, None)["isAuthorized"]
    assert len(network.seen) - before == 1


# ── Its events ──


def test_each_event_of_the_canary_does_what_its_name_says(monkeypatch: pytest.MonkeyPatch) -> None:
    events = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in EVENTS.glob("canary_*.json")}
    assert set(events) == {"canary_schedule", "canary_arrival_not_signed"}
    monkeypatch.setattr(f"{__name__}.API", events["canary_schedule"]["apiUrl"])
    assert app.handler(events["canary_schedule"], None)["flies"]
    assert server.handler(events["canary_arrival_not_signed"], None)["statusCode"] == 401
