"""One long day, in which everything happens that is measured: every metric is emitted by a run."""

import json
from collections.abc import Iterator

import pytest
import time_machine

from canary import app as canary
from dead_letter import app as dead_letter
from herald.contract.signature import signed_headers
from herald.domain.attempt import Verdict
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import redrive
from herald.domain.notification import Lane
from herald.domain.partner import ReviewState
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import flush
from herald.store.notification_table import NotificationTable
from jobs import app as jobs
from operator_api import app as operator_app
from receiver import app as receiver
from tests.integration.functions.test_canary import API, NUMBER, OwnApi, arrive
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, PAYLOAD, a_notification, a_partner, an_outcome
from tests.support.functions.breakers import a_whole_outage
from tests.support.functions.deliverer import deliver, employed, queued
from tests.support.functions.dispatcher import current, failed, held, poll, registered, sent, stands
from tests.support.functions.inbound import a_source, post
from tests.support.functions.secrets import signing_secrets
from tests.support.http.gateway import Gateway
from tests.support.http.http_events import api_event

operator = Gateway(operator_app.handler, "OperatorFunction")
PUBLISHER = {"role": "publisher", "name": "shop"}
LATELY_SUSPENDED, DOWN, LIMITED = 7001, 7002, 7003


@pytest.fixture(autouse=True)
def breakers_on(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it sets the other variables
    monkeypatch.setenv("BREAKER", "On")


@pytest.fixture
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    flush()
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def test_every_metric_is_emitted_by_a_run_and_nothing_else_is(
    aws: Aws,
    clock: time_machine.Traveller,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CANARY_PARTNER_ID", str(NUMBER))
    registered(a_partner(), a_partner(DOWN), a_partner(LATELY_SUSPENDED, state=ReviewState.SUSPENDED))
    at_the_door(clock, network)
    on_the_way(aws, monkeypatch)
    in_trouble(aws, clock)
    by_people(aws)
    out_of_order(aws, clock, monkeypatch)
    by_the_canary(monkeypatch)
    assert set(emitted(capsys.readouterr().out)) == {metric.title for metric in Metric}


def at_the_door(clock: time_machine.Traveller, network: Network) -> None:
    """Accepted, and refused in every way."""
    assert submit(PAYLOAD) == 200
    clock.shift(1)
    assert submit(PAYLOAD) == 200
    assert submit("{}") == 400
    assert submit(PAYLOAD, {"role": "operator", "name": "alice"}) == 403
    assert submit(PAYLOAD.replace("3528", "99")) == 404
    assert submit(PAYLOAD.replace("15354", "1" * 70_000)) == 413
    with network.throttles("PutItem"):
        assert submit(PAYLOAD.replace("test158585", "other")) == 503
    assert post("of no source")["statusCode"] == 404
    assert a_source(cidrs=["198.51.100.0/24"]).post()["statusCode"] == 401
    clock.shift(60)


def submit(payload: str, caller: dict[str, str] = PUBLISHER) -> int:
    return int(receiver.handler(api_event("POST", "/notifications", payload, caller=caller), None)["statusCode"])


def on_the_way(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delivered at once; refused, timed out, not reached, our own fault; held; a claim and a message stale; put off."""
    poster = employed(monkeypatch)
    poll()
    deliver(aws)
    ways = (Verdict.NOT_SUCCESS, Verdict.TIMEOUT, Verdict.TLS, Verdict.OUR_FAULT)
    those = [sent(n, now()) for n, _ in enumerate(ways)]
    for one, verdict in zip(those, ways, strict=True):
        outcome = an_outcome(at=now(), verdict=verdict)
        poster.answering = lambda _, outcome=outcome: outcome  # type: ignore[misc] # each its own
        stands(one)
        queued(aws, one, one)
        deliver(aws, limit=1)
        deliver(aws, limit=1)
    left = a_notification(10, claims=1, claim_id="gone", claim_until=now() - SECOND)
    to_hold = a_notification(11, partner_id=LATELY_SUSPENDED)
    stands(left, to_hold)
    queued(aws, left, to_hold)
    deliver(aws)
    registered(a_partner(LIMITED, rate_per_second=1, concurrency=1))
    limited = [a_notification(n, partner_id=LIMITED) for n in range(12, 15)]
    stands(*limited)
    queued(aws, *limited)
    deliver(aws)


def in_trouble(aws: Aws, clock: time_machine.Traveller) -> None:
    """A ladder that ends, its alert and its end; what was held is released, what was lost is found again."""
    last = a_notification(20, partner_id=DOWN, lane=Lane.SENT, turn=11, attempt=11)
    stands(last, held(21, now()), sent(22, now() - 11 * MINUTE))
    queued(aws, last)
    deliver(aws)
    for _ in range(2):
        poll()
        aws.drain(dead_letter.handler, "DeadLetterQueue")
        clock.shift(HOUR // SECOND)
        stood = current(last.id)
        if stood.lane is None:
            NotificationTable("NotificationTable").save(stood, redrive(stood, "alice", "repaired", now()))


def by_people(aws: Aws) -> None:
    """A job, and somebody who was there first."""
    stands(*(failed(n, now() - MINUTE) for n in (30, 31)))
    wish = {"action": "resolve", "filter": {"partnerId": 3528, "state": "failed"}, "reason": "settled by telephone"}
    operator.done("POST", "/jobs", wish)
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))


def out_of_order(aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner's server is out of order, and answers again."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    a_whole_outage(aws, employed(monkeypatch), clock, 7005)


def by_the_canary(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is submitted, and arrives (the whole of its way is in test_canary.py)."""
    monkeypatch.setattr(canary, "new_webhook_client", lambda _: OwnApi())
    order_id = canary.handler({"apiUrl": API}, None)["orderId"]
    body = json.dumps({"body": {"orderId": order_id}}).encode()
    assert arrive(body, signed_headers(signing_secrets(NUMBER, now()), "id", now(), body)) == (200, "success")
