"""Many submissions at once on this machine, each of which sets a deliverer to work."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.e2e.partner import Registered
from tests.support.e2e.stack_client import Desk
from tools.local_engine.engine import Engine
from tools.local_stack.consumers import at_once
from tools.local_stack.deploying import deploy
from tools.sample_partner import SamplePartners

SUBMISSIONS = 200
AT_ONCE = 8


@pytest.fixture(scope="module")
def prompt(engine: Engine) -> Desk:
    """A stack that makes the first attempt on receipt, with no process of a function started yet."""
    return Desk(engine, deploy(engine, "herald-many", {"FirstAttempt": "AtOnce", "DispatchEvery": "13"}))


def test_no_consumer_has_more_instances_than_the_machine_can_run(prompt: Desk) -> None:
    ours = set(prompt.stack.functions.values())
    found = prompt.engine.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    mine = [one for one in found if one["FunctionArn"].rpartition(":")[2] in ours]
    assert len(mine) == 3
    assert all(one["ScalingConfig"]["MaximumConcurrency"] <= at_once(50) for one in mine)


def test_two_hundred_submissions_eight_at_once_are_all_accepted_and_told(
    prompt: Desk, sample_partners: SamplePartners
) -> None:
    partner = Registered(prompt, sample_partners, 6200)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda number: prompt.submit(partner.payload(f"M-{number}")), range(SUBMISSIONS)))
    assert Counter((answer.status_code, answer.text) for answer in answers) == {(200, "success"): SUBMISSIONS}
    told = partner.wait_for(SUBMISSIONS, timeout=60)
    assert len({one.headers["webhook-id"] for one in told}) == SUBMISSIONS
