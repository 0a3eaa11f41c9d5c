"""The receivers in the partner guide, against the real deliverer.

Each runs as a process of its own, from the text of the page, and prints a line for each notification that it processed.
"""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from deliverer import app as deliverer
from deliverer import dependencies
from herald.contract import envelope
from herald.contract.signature import new_secret, signed_headers
from herald.domain.attempt import Outcome, Verdict
from herald.domain.clock import MINUTE, now
from herald.domain.decisions.decisions import redrive
from herald.domain.notification import Notification, receive
from herald.domain.partner import Partner
from herald.domain.review.credentials import SECRET_OVERLAP
from herald.domain.transitions import State
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.docs.guide_receiver import LANGUAGES, GuideReceiver, receiving
from tests.support.factories import PARTNER_ID, PAYLOAD, SECRET, a_partner
from tests.support.functions.deliverer import deliver, queued
from tests.support.functions.dispatcher import current, notifications, partners, registered, stands
from tests.support.http.gateway import Gateway

type Response = tuple[int, bytes, str]  # status, body, media type

REFUSED: Response = (401, b"wrong signature, or not within 5 minutes", "text/plain")
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(params=LANGUAGES)
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GuideReceiver]:
    """A receiver with the secret `SECRET`."""
    with receiving(request.param, SECRET, tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def partner(aws: Aws, receiver: GuideReceiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    """The receiver's partner in the registry; the deliverer has its real client, which may connect to this machine."""
    monkeypatch.setenv("STAGE", "local")
    monkeypatch.setenv("ALLOW_PRIVATE_ENDPOINTS", "true")
    registered(partner := a_partner(url=receiver.url))
    assert aws.messages("DeliveryQueue") == []
    yield partner
    deliverer.runner().run(dependencies.webhook_client().close())


def submitted(method: str, order: str = "test158585", **quantities: Any) -> Notification:
    """A notification as the receiver function stores it."""
    body = {"orderId": order, "LHOrderId": 2**53 + 1, "orderStatus": 9, "orderQuantity": 3, **quantities}
    content = {"code": 10000, "describe": "執行成功", "partnerId": PARTNER_ID, "method": method, "body": body}
    read = envelope.parse_envelope(json.dumps(content, ensure_ascii=False))
    one = receive(read.id, read.text, now(), at_once=False)
    stands(one)
    return one


def attempted(aws: Aws, one: Notification) -> Outcome:
    """The attempt that the deliverer makes for it now."""
    queued(aws, one)
    assert deliver(aws) == []
    return current(one.id).attempts[-1].outcome


def changed(before: Partner, **changes: Any) -> None:
    """Changes the partner in the registry."""
    partners().save(before, replace(before, version=before.version + 1, **changes))


def place(receiver: GuideReceiver) -> tuple[str, int]:
    parts = urlsplit(receiver.url)
    return str(parts.hostname), int(parts.port or 0)


def post(receiver: GuideReceiver, headers: dict[str, str], body: bytes = PAYLOAD.encode()) -> Response:
    """Its response to this POST."""
    with closing(HTTPConnection(*place(receiver), timeout=10)) as connection:
        connection.request("POST", "/notify", body, headers)
        response = connection.getresponse()
        return response.status, response.read(), response.headers.get_content_type()


def signed(*, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """The headers of `PAYLOAD`, signed."""
    return signed_headers([secret], "3528_dGVzdDE1ODU4NQ_0", now() if at is None else at, PAYLOAD.encode())


# ── From the real deliverer ──


def test_redemption_and_refund_are_delivered(aws: Aws, receiver: GuideReceiver) -> None:
    redeemed, refunded = submitted("snNotify", usedQuantity=1), submitted("reNotify", reQuantity=2)
    for one in (redeemed, refunded):
        assert str(attempted(aws, one).reason) == "HTTP 200, and the body was `success`"
        assert current(one.id).state is State.DELIVERED
    assert receiver.processed() == ["test158585 usedQuantity 1", "test158585 reQuantity 2"]


def test_repetition_is_acknowledged_and_processed_once(aws: Aws, receiver: GuideReceiver) -> None:
    attempted(aws, first := submitted("snNotify", usedQuantity=1))
    one = current(first.id)
    again = redrive(one, "alice", "they asked for it", now())
    notifications().save(one, again)
    assert attempted(aws, again).delivered
    assert [(attempt.round, attempt.outcome.delivered) for attempt in current(one.id).attempts] == [
        (1, True),
        (2, True),
    ]
    assert receiver.processed() == ["test158585 usedQuantity 1"]


def test_largest_quantity_of_each_order_is_kept(aws: Aws, receiver: GuideReceiver) -> None:
    for order, quantity in [("a", 2), ("a", 1), ("a", 3), ("b", 1)]:
        assert attempted(aws, submitted("snNotify", order, usedQuantity=quantity)).delivered
    for quantity in (2, 1):
        assert attempted(aws, submitted("reNotify", "a", reQuantity=quantity)).delivered
    totals = ["a usedQuantity 2", "a usedQuantity 2", "a usedQuantity 3", "b usedQuantity 1"]
    assert receiver.processed() == [*totals, "a reQuantity 2", "a reQuantity 2"]


@pytest.mark.parametrize("quantity", [{}, {"reQuantity": None}])
def test_refused_refund_without_quantity_is_delivered(
    aws: Aws, receiver: GuideReceiver, quantity: dict[str, Any]
) -> None:
    assert attempted(aws, submitted("reNotify", **quantity)).delivered
    assert receiver.processed() == ["test158585 reQuantity 0"]


def test_order_number_is_kept_unchanged(aws: Aws, receiver: GuideReceiver) -> None:
    printable = "".join(map(chr, range(0x21, 0x7F)))
    for order in (printable[:64], printable[-64:]):
        assert attempted(aws, submitted("snNotify", order, usedQuantity=1)).delivered
    assert receiver.processed() == [f"{order} usedQuantity 1" for order in (printable[:64], printable[-64:])]


def test_address_test_is_acknowledged(partner: Partner, receiver: GuideReceiver) -> None:
    changed(partner, proposed_url=receiver.url)
    attempt = api.done("POST", f"/partners/{PARTNER_ID}/test", {})
    assert (attempt["verdict"], attempt["reason"]) == ("success", "HTTP 200, and the body was `success`")
    assert receiver.processed() == []


def test_wrong_signature_fails_the_attempt(aws: Aws, partner: Partner, receiver: GuideReceiver) -> None:
    changed(partner, secret=new_secret())
    one = submitted("snNotify", usedQuantity=1)
    outcome = attempted(aws, one)
    assert (outcome.status, outcome.verdict, outcome.excerpt) == (401, Verdict.BAD_STATUS, REFUSED[1].decode())
    places = [str(outcome.reason).index(word) for word in ("secret", "clock", "raw body", "login")]
    assert str(outcome.reason).startswith("HTTP 401: ")
    assert places == sorted(places)
    assert (current(one.id).state, current(one.id).attempt) == (State.WAITING, 2)
    assert receiver.processed() == []


@pytest.mark.parametrize(("overlap", "verifies"), [(SECRET_OVERLAP, True), (0, False)])
def test_old_secret_verifies_while_two_sign(
    aws: Aws,
    partner: Partner,
    receiver: GuideReceiver,
    overlap: int,
    verifies: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    until = now() + overlap
    changed(partner, secret=new_secret(), previous_secret=SECRET, previous_secret_until=until)
    assert attempted(aws, submitted("snNotify", usedQuantity=1)).delivered is verifies
    assert len(receiver.processed()) == verifies


# ── From other senders ──


def test_response_is_plain_text(receiver: GuideReceiver) -> None:
    assert post(receiver, signed()) == (200, b"success", "text/plain")


@pytest.mark.parametrize("minutes", [-5.1, 5.1])
def test_signature_of_another_time_is_refused(receiver: GuideReceiver, minutes: float) -> None:
    assert post(receiver, signed(at=now() + int(minutes * MINUTE))) == REFUSED
    assert post(receiver, signed(at=now() + int(minutes * MINUTE * 0.95)))[0] == 200
    assert receiver.processed() == ["test158585 usedQuantity 1"]


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_missing_or_malformed_header_is_refused(receiver: GuideReceiver, name: str) -> None:
    for value in (None, "", "0", "v1,", "v1a,", "\u00b2", "v1,\u00e9 v1,", "9" * 5000):
        headers = {one: kept for one, kept in {**signed(), name: value}.items() if kept is not None}
        assert post(receiver, headers) == REFUSED, value
    assert receiver.processed() == []


def test_changed_body_is_refused(receiver: GuideReceiver) -> None:
    assert post(receiver, signed(), PAYLOAD.encode() + b" ") == REFUSED
    assert post(receiver, signed(), b"") == REFUSED
    assert receiver.processed() == []


def test_forged_signature_beside_others_is_refused(receiver: GuideReceiver) -> None:
    foreign = signed(secret=new_secret(), at=(at := now()))
    assert post(receiver, foreign) == REFUSED
    both = f"{foreign['webhook-signature']} {signed(at=at)['webhook-signature']}"
    assert post(receiver, {**foreign, "webhook-signature": both})[0] == 200


def test_receiver_survives_an_aborted_request(receiver: GuideReceiver) -> None:
    with socket.create_connection(place(receiver)) as caller:
        caller.sendall(b"POST /notify HTTP/1.1\r\nHost: partner\r\nContent-Length: 100\r\n\r\nhalf")
    assert post(receiver, signed())[0] == 200
