"""Many submissions at once on this machine, each of which sets a deliverer to work."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.e2e.partner import RegisteredPartner
from tests.support.e2e.stack_client import StackClient
from tools.local_engine.engine import Engine
from tools.local_stack.consumers import at_once
from tools.local_stack.deploying import deploy
from tools.sample_partner import SamplePartners

SUBMISSIONS = 200
AT_ONCE = 8
BATCH = 99


@pytest.fixture(scope="module")
def prompt(engine: Engine) -> StackClient:
    """A stack that makes the first attempt on receipt, with no process of a function started yet."""
    return StackClient(engine, deploy(engine, "herald-many", {"FirstAttempt": "AtOnce", "DispatchEvery": "13"}))


def test_no_consumer_has_more_instances_than_the_machine_can_run(prompt: StackClient) -> None:
    ours = set(prompt.stack.functions.values())
    found = prompt.engine.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    mine = [one for one in found if one["FunctionArn"].rpartition(":")[2] in ours]
    assert len(mine) == 3
    assert all(one["ScalingConfig"]["MaximumConcurrency"] <= at_once(50) for one in mine)


def test_two_hundred_submissions_eight_at_once_are_all_accepted_and_told(
    prompt: StackClient, sample_partners: SamplePartners
) -> None:
    partner = RegisteredPartner(prompt, sample_partners, 6200)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda number: prompt.submit(partner.payload(f"M-{number}")), range(SUBMISSIONS)))
    assert Counter((answer.status_code, answer.text) for answer in answers) == {(200, "success"): SUBMISSIONS}
    messages = partner.wait_for(SUBMISSIONS, timeout=60)
    assert len({one.headers["webhook-id"] for one in messages}) == SUBMISSIONS


@pytest.mark.parametrize("form", ["application/json", "application/x-ndjson"])
def test_a_batch_of_a_hundred_is_told_byte_for_byte(
    prompt: StackClient, sample_partners: SamplePartners, form: str
) -> None:
    partner = RegisteredPartner(prompt, sample_partners, 6300 + len(form))
    sent = [partner.payload(f"B-{number}") for number in range(BATCH)]
    refused = b'{"code": 10000}'
    body = b"[" + b" , ".join([refused, *sent]) + b"]" if form == "application/json" else b"\n".join([refused, *sent])
    answer = prompt.call("POST", "/notifications/batch", role="publisher", data=body, headers={"Content-Type": form})
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [400] + [200] * BATCH
    messages = partner.wait_for(BATCH, timeout=60)
    assert {one.headers["webhook-id"]: one.body for one in messages} == dict(
        zip((one["id"] for one in results[1:]), sent, strict=True)
    )
