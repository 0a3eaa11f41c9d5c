"""Each function's role allows what the function does, and nothing else.

The first half is checked in every test (tests/conftest.py). The second one needs runs in which each function does all
that it can; they are here. What AWS itself does with a role is read from the template.
"""

from collections.abc import Iterator

import pytest
import time_machine

from authorizer import app as authorizer_app
from canary import app as canary_app
from customer_service.registry import endpoint_probe, partner_deletion
from dispatcher.due import due_poll
from herald.domain.api_key import Key, Role
from herald.domain.attempt import Outcome
from herald.domain.clock import DAY, MINUTE, SECOND, now
from herald.domain.partner import Partner, ReviewState
from herald.store.key_table import KeyTable
from herald.store.partner_table import PartnerTable
from jobs import app as jobs
from operator_api import app as operator_app
from orders import app as orders_app
from tests.integration.functions.test_canary import NUMBER
from tests.integration.monitoring import test_every_metric as day
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.aws_calls import lambda_service, watch
from tests.support.aws_calls.permissions import Use, refusals, unused
from tests.support.aws_template.stack import everything_on
from tests.support.console.everything_once import do_everything_once
from tests.support.factories import NOON, PARTNER_ID, a_notification, a_partner, an_outcome
from tests.support.functions.breakers import a_whole_outage, deliver_all
from tests.support.functions.deliverer import deliver, employed, queued
from tests.support.functions.dispatcher import failed, held, poll, registered, sent, stands
from tests.support.functions.inbound import a_source
from tests.support.functions.sharing import LambdaService
from tests.support.http.gateway import Gateway
from tests.support.http.http_events import api_event

WHY = {"reason": "settled by telephone"}
operator = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture
def used(aws: Aws, clock: time_machine.Traveller, network: Network, monkeypatch: pytest.MonkeyPatch) -> set[Use]:
    """The uses of a run in which the functions do everything, and those of AWS on their behalf."""
    for name, value in aws.environment(FIRST_ATTEMPT="AtOnce", CANARY_PARTNER_ID=str(NUMBER), BREAKER="On").items():
        monkeypatch.setenv(name, value)
    registered(a_partner(), a_partner(day.DOWN), a_partner(day.LATELY_SUSPENDED, state=ReviewState.SUSPENDED))
    day.at_the_door(clock, network)
    day.on_the_way(aws, monkeypatch)
    day.in_trouble(aws, clock)
    day.by_people(aws)
    day.by_the_canary(monkeypatch)
    with pytest.raises(AssertionError, match="elsewhere"):  # its stand-in for the API answers at the old address only
        canary_app.handler({"apiUrl": "https://elsewhere.example"}, None)
    a_retry_a_live_claim_and_a_slow_partner(aws, clock, monkeypatch)
    a_job_that_continues(aws, network)
    monkeypatch.setattr(endpoint_probe, "new_webhook_client", AnsweringPartner)
    customer_service()
    a_server_out_of_order(aws, clock, monkeypatch)
    a_poll_that_shares(monkeypatch)
    monkeypatch.setattr(partner_deletion, "LONGEST_RANGE", 2 * DAY)  # of a count: 92 days are 700 requests
    a_partner_that_is_deleted(aws, clock)
    a_publisher_and_a_partner_in_doubt()
    a_sender_without_a_key()
    do_everything_once()
    seen = watch.take()
    assert seen.faults == []
    publishers = {(use.function, use.resource) for use in seen.uses if use.action == "sns:Publish"}
    resources = everything_on()
    return seen.uses | {*lambda_service.uses(resources), *lambda_service.of_publishing(resources, publishers)}


class AnsweringPartner:
    """In place of the webhook client of a test: the partner answers `success`."""

    async def post(self, _url: str, _body: bytes, _headers: dict[str, str], **_: object) -> Outcome:
        return an_outcome(success=True, at=now())

    async def close(self) -> None:
        """As the client does."""


def a_retry_a_live_claim_and_a_slow_partner(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deliverer sends the next rung, releases a message, and reads again where reading the partner took long."""
    employed(monkeypatch).refuses()
    claimed = a_notification(40, claims=1, claim_id="another", claim_until=now() + 30 * SECOND)
    stands(claimed, again := sent(41, now()))
    queued(aws, claimed, again)
    deliver(aws)
    clock.shift(MINUTE / SECOND)
    deliver_all(aws)
    aws.sqs.purge_queue(QueueUrl=aws.refs["DeliveryQueue"])  # each message of others would let the clock go on, too
    stands(slow := sent(42, now()))
    queued(aws, slow)
    get_cached = PartnerTable.get_cached

    def slowly(table: PartnerTable, partner_id: int, at: int) -> Partner | None:
        clock.shift(20)
        return get_cached(table, partner_id, at)

    with monkeypatch.context() as patch:
        patch.setattr(PartnerTable, "get_cached", slowly)
        deliver(aws)


def a_job_that_continues(aws: Aws, network: Network) -> None:
    """One job redrives in two invocations, one takes what waits, one reindexes; a poll sends a lost message again."""
    stands(*(failed(n, now() - MINUTE) for n in range(50, 53)))
    wish = {"action": "redrive", "filter": {"partnerId": PARTNER_ID, "state": "failed"}, **WHY}
    job_id = operator.done("POST", "/jobs", wish)["jobId"]
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=0))
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    with network.breaks("SendMessageBatch"):
        operator.call("POST", "/jobs", wish)
    poll()
    stands(a_notification(53, at=now() - MINUTE))
    operator.done("POST", "/jobs", {**wish, "filter": {"partnerId": PARTNER_ID, "state": "waiting"}})
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    operator.done("POST", "/jobs/reindex", WHY)
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    operator.done("GET", f"/jobs/{job_id}")
    operator.done("GET", "/jobs")


def customer_service() -> None:
    """Reads notifications and redrives one; creates a partner and changes it."""
    stands(one := failed(60, now() - MINUTE), held(61, now()))
    operator.done("GET", "/notifications?state=failed")
    operator.done("GET", f"/notifications?partnerId={PARTNER_ID}&state=held")
    operator.done("GET", f"/notifications?partnerId={PARTNER_ID}")
    operator.done("GET", f"/notifications?partnerId={PARTNER_ID}&orderId=order-60")
    operator.done("POST", f"/notifications/{one.id}/redrive", WHY)
    new = {"partnerId": 9000, "name": "Lakeside", "contact": "a@b.example", "url": "https://lakeside.example/n"}
    operator.done("POST", "/partners", new)
    operator.done("POST", "/partners/9000/test", {})
    operator.done("GET", "/partners")
    operator.done("PATCH", "/partners/9000", {"name": "West Lake", **WHY})
    for value in ("k-5f2c-value", None):
        operator.done("PATCH", "/partners/9000", {"headers": {"X-Api-Key": value}, **WHY})
    operator.done("POST", "/partners/9000/rotate-key", WHY)
    operator.done("GET", "/keys")


def a_partner_that_is_deleted(aws: Aws, clock: time_machine.Traveller) -> None:
    """The jobs function empties its notifications, suspends a late source, revokes its key, and removes its secrets."""
    late, before = a_source(9000), PartnerTable("PartnerTable").get(9000)
    stands(failed(62, now() - MINUTE, partner_id=9000))
    operator.done("DELETE", "/partners/9000?reason=x&force=true")
    with pytest.MonkeyPatch.context() as patch:  # a request that read the partner before it was marked
        patch.setattr(PartnerTable, "get", lambda *_: before)
        operator.done("POST", f"/sources/{late.id}/resume", WHY)
    clock.shift(90)
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    assert operator.done("GET", "/partners/9000")["state"] == "deleted"


def a_server_out_of_order(aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deliverer opens and closes a breaker, a poll notes what waits, the jobs function brings it forward."""
    with monkeypatch.context() as patch:
        patch.setattr("time.sleep", lambda _: None)
        a_whole_outage(aws, employed(monkeypatch), clock, 7005)


def a_poll_that_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dispatcher invokes itself for a large shard."""
    with monkeypatch.context() as patch:
        patch.setattr(due_poll, "PAGES_ALONE", 0)
        service = LambdaService()
        stands(a_notification(55, at=now()))
        poll()
    assert service.events


def a_publisher_and_a_partner_in_doubt() -> None:
    """The authorizer reads a key and notes the day of its use; the orders function reads an order."""
    KeyTable("KeyTable").add("key", Key(role=Role.PUBLISHER, name="shop"), now())
    assert authorizer_app.handler({"headers": {"authorization": "Bearer key"}}, None)["isAuthorized"]
    caller = {"role": "partner", "name": "Example Travel", "partnerId": PARTNER_ID}
    answer = orders_app.handler(api_event("GET", "/orders?orderId=test158585", caller=caller), None)
    assert answer["statusCode"] == 200


def a_sender_without_a_key() -> None:
    """The operator function registers a source and changes it; the inbound function verifies and stores."""
    source = a_source(header={"name": "X-Platform-Token", "value": "s3cret value"})
    assert source.post(x_platform_token="s3cret value")["statusCode"] == 200
    operator.done("PATCH", f"/sources/{source.id}", {"name": "Platform", **WHY})
    operator.done("GET", "/sources")


def test_every_permission_is_needed_and_suffices(used: set[Use]) -> None:
    assert refusals(used) == []
    assert unused(everything_on(), used) == []
