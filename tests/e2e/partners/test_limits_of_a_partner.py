"""The limits of one partner on the deployed stack, over all deliverers; and what waits is brought forward by a job."""

import json
from collections.abc import Sequence

import pytest

from herald.domain.clock import SECOND
from tests.support.e2e.partner import NUMBERS
from tests.support.e2e.stack_client import Herald, StackClient
from tools.sample_partner import SamplePartners
from tools.sample_partner.request_log import Received

MANY = 24


@pytest.fixture
def partner(herald: Herald, sample_partners: SamplePartners) -> str:
    """A partner that may receive."""
    number = str(next(NUMBERS))
    created = herald("partners", "create", number, "--name", "Small server", "--url", sample_partners.url(number))
    sample_partners.share_secret(number, created["secret"])
    herald("partners", "approve", number, "--reason", "known", "--force")
    return number


def submit(stack_client: StackClient, partner: str, how_many: int) -> None:
    for n in range(how_many):
        body = {"orderId": f"L-{n}", "LHOrderId": "1", "orderStatus": 8, "orderQuantity": 1, "usedQuantity": 1}
        envelope = {"code": 10000, "describe": "ok", "partnerId": int(partner), "method": "snNotify", "body": body}
        assert stack_client.submit(json.dumps(envelope).encode()).text == "success"


def most_at_once(received: Sequence[Received]) -> int:
    """How many requests were under way at the same time, at most."""
    return max(sum(other.at <= one.at < (other.answered_at or 0) for other in received) for one in received)


def most_in_a_second(received: Sequence[Received]) -> int:
    return max(sum(one.at <= other.at < one.at + SECOND for other in received) for one in received)


def test_rate_concurrency_and_headers_hold_over_all_deliverers(
    herald: Herald, stack_client: StackClient, partner: str, sample_partners: SamplePartners
) -> None:
    limits = ("--rate", "4", "--concurrency", "2", "--timeout", "5", "--header", "X-Api-Key: k-5f2c-secret")
    changed = herald("partners", "change", partner, *limits, "--reason", "a small server")
    assert (changed["ratePerSecond"], changed["concurrency"], changed["timeout"]) == (4, 2, 5)
    assert "k-5f2c-secret" not in json.dumps(herald("partners", "show", partner))
    sample_partners.configure(partner, "success after 300ms")
    submit(stack_client, partner, MANY)

    stack_client.poll()
    received = sample_partners.wait_for(partner, MANY, timeout=120, answered=True)

    assert len({one.headers["webhook-id"] for one in received}) == len(received) == MANY
    assert {(one.headers["x-api-key"], one.headers["herald-attempt"]) for one in received} == {("k-5f2c-secret", "1")}
    assert most_at_once(received) <= 2
    assert most_in_a_second(received) <= 4 + 2  # what the way of a request on this machine adds
    assert received[-1].at - received[0].at >= (MANY - 1) * SECOND / 4 - SECOND


def test_what_waits_for_the_poll_is_sent_by_a_job(
    herald: Herald, stack_client: StackClient, partner: str, sample_partners: SamplePartners
) -> None:
    submit(stack_client, partner, 5)

    started = ("jobs", "start", "redrive", "--partner", partner, "--state", "waiting", "--reason", "now", "--yes")
    done = herald(*started)
    received = sample_partners.wait_for(partner, 5, timeout=60)

    assert (done["state"], done["matched"], done["changed"]) == ("done", 5, 5)
    assert {one.headers["herald-round"] for one in received} == {"2"}
