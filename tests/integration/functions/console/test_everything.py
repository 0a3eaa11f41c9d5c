"""One decision about all that is failed or held of a partner, against AWS in memory."""

import pytest
import time_machine

from customer_service.dependencies import jobs
from herald.domain.clock import HOUR, MINUTE
from herald.domain.jobs.job import Job
from herald.domain.transitions import Action, State
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import value_of
from tests.support.factories import NOON, PARTNER_ID, a_partner
from tests.support.functions.breakers import waiting
from tests.support.functions.dispatcher import failed, held, registered, stands

PAGE = f"/console/failed/{PARTNER_ID}/all"


@pytest.fixture(autouse=True)
def work(clock: time_machine.Traveller) -> None:  # noqa: ARG001 - the tables
    registered(a_partner(name="West Lake"))
    stands(*(failed(n, NOON - HOUR + n) for n in range(3)), held(10, NOON - HOUR))


def start(browser: Browser, shown: Answer, **fields: str) -> Answer:
    """The form of the page, sent."""
    typed = {"action": "redrive", "perSecond": "5", "reason": "repaired"}
    kept = {name: value_of(shown.body, name) for name in ("state", "before")}
    return browser.post(PAGE, **{**kept, **typed, **fields})


def stored() -> list[Job]:
    return [job for job in jobs().all() if isinstance(job, Job)]


def test_a_dry_run_says_how_many_and_starts_nothing(operator: Browser) -> None:
    assert "3 notifications are failed now." in operator.get(PAGE).text
    assert "1 notification is held now." in operator.get(f"{PAGE}?state=held").text
    assert stored() == []


def test_the_job_takes_what_the_page_counted(operator: Browser, aws: Aws, clock: time_machine.Traveller) -> None:
    shown = operator.get(PAGE)
    clock.shift(60)
    stands(failed(4, NOON + MINUTE // 2))

    answer = start(operator, shown)

    [job] = stored()
    assert answer.location == f"/console/jobs/{job.job_id}?done=start"
    assert "The job has begun." in operator.follow(answer).text
    assert (job.action, job.matched, job.per_second, job.by) == (Action.REDRIVE, 3, 5, "alice")
    assert (job.filter.state, job.filter.before) == (State.FAILED, NOON)
    assert [message["jobId"] for message in aws.messages("JobQueue")] == [job.job_id]


def test_what_is_held_is_cancelled_by_a_job(operator: Browser) -> None:
    start(operator, operator.get(f"{PAGE}?state=held"), action="cancel")

    assert [(job.action, job.filter.state, job.matched) for job in stored()] == [(Action.CANCEL, State.HELD, 1)]


@pytest.mark.parametrize("action", ["redrive", "resolve", "cancel"])
def test_what_waits_is_decided_by_a_job(operator: Browser, action: str) -> None:
    waiting(2, first=20)
    shown = operator.get(f"{PAGE}?state=waiting")

    start(operator, shown, action=action)

    assert "All that is waiting of West Lake" in shown.text
    assert "2 notifications are waiting now that were accepted in the last 92 days." in shown.text
    assert [(job.action, job.filter.state, job.matched) for job in stored()] == [(Action(action), State.WAITING, 2)]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"perSecond": "0"}, "`perSecond` must be a whole number from 1 to 1000"),
        ({"reason": ""}, "`reason` must be"),
        ({"action": ""}, "`action` must be"),
        ({"before": "yesterday"}, "`filter.before` must be"),
    ],
)
def test_a_refused_form_is_shown_with_its_problem(operator: Browser, fields: dict[str, str], problem: str) -> None:
    answer = start(operator, operator.get(PAGE), **fields)

    assert answer.status == 400
    assert problem in answer.text
    assert "3 notifications are failed now." in answer.text
    assert stored() == []


def test_what_is_held_is_not_redriven(operator: Browser) -> None:
    answer = start(operator, operator.get(f"{PAGE}?state=held"), action="redrive")

    assert answer.status == 409
    assert stored() == []
