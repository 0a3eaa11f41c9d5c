"""The jobs in the browser: the list, one with its progress, and its cancellation."""

import pytest

from customer_service.jobs import start_job, start_reindexing
from customer_service.schemas.requests import NewJob, NewReindexing
from herald.domain.api_key import Role
from herald.domain.jobs.job import cancel
from herald.store.job_table import JobTable
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import actions, elements, value_of
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.request_counter import Meter

LIST = "/console/jobs"


@pytest.fixture
def job(operator: Browser) -> str:  # noqa: ARG001 - the tables
    """The path of a job that redrives 30 notifications."""
    registered(a_partner())
    stands(*(failed(n, NOON - 1) for n in range(30)))
    return begun()


def begun() -> str:
    wish = {"action": "redrive", "filter": {"partnerId": 3528, "state": "failed"}, "reason": "they are repaired"}
    return f"{LIST}/{start_job(NewJob.model_validate(wish), 'bob')['jobId']}"


def reindexing() -> str:
    return f"{LIST}/{start_reindexing(NewReindexing(reason='after the update'), 'bob')['jobId']}"


def test_the_list_leads_to_each_job(operator: Browser, job: str) -> None:
    page = operator.get(LIST)

    assert "Redrive what is failed of partner 3528 running 0 / 30 (0 %)" in page.text
    assert job in [link["href"] for link in elements(page.body, "a")]


def test_an_empty_list_says_so(operator: Browser) -> None:
    assert "No job was started within the last 90 days" in operator.get(LIST).text


def test_a_long_list_has_pages(operator: Browser, job: str) -> None:  # noqa: ARG001 - the partner
    for _ in range(51):
        begun()

    first = operator.get(LIST)
    next_page = next(link["href"] for link in elements(first.body, "a") if link.get("rel") == "next")

    assert first.body.count("Redrive what is failed") == 50
    assert operator.get(next_page).body.count("Redrive what is failed") == 2
    assert len(first.body.encode()) < 60 * 1024


def test_a_running_job_refreshes_by_itself(operator: Browser, job: str) -> None:
    page = operator.get(job)

    assert 'data-refresh="5"' in page.body
    assert "0 of 30 notifications" in page.text


def test_who_did_not_start_the_job_is_not_told_that_they_did(operator: Browser, job: str) -> None:
    assert "The job has begun." not in operator.get(f"{job}?done=start").text
    assert "The job is cancelled." not in operator.get(f"{job}?done=cancel").text


def test_the_job_that_reindexes_is_shown_too(operator: Browser) -> None:
    path = reindexing()

    page, title = operator.get(path), "Put every notification into the index of the search"

    assert title in operator.get(LIST).text
    assert title in page.text
    assert "200 a second are put into the index" in page.text
    assert "What is in the index stays there." in page.text
    assert "Cancelled by alice" in operator.follow(operator.post(f"{path}/cancel", reason="later")).text


def test_a_job_is_cancelled(operator: Browser, job: str) -> None:
    page = operator.follow(operator.post(f"{job}/cancel", reason="wrong partner"))

    assert "The job is cancelled." in page.text
    assert "Cancelled by alice : wrong partner" in page.text
    assert actions(page.body) == []


def test_a_cancellation_needs_a_reason(operator: Browser, job: str) -> None:
    answer = operator.post(f"{job}/cancel", reason="")

    assert answer.status == 400
    assert "`reason` must be 1 to 500 characters that say why" in answer.text
    assert actions(answer.body) == [f"{job}/cancel"]


def test_a_reason_that_is_too_long_is_kept(operator: Browser, job: str) -> None:
    answer = operator.post(f"{job}/cancel", reason="x" * 501)

    assert answer.status == 400
    assert value_of(answer.body, "reason") == "x" * 501


def test_who_comes_second_reads_that_it_is_over(operator: Browser, job: str) -> None:
    table = JobTable("JobTable")
    [running] = table.all()
    table.save(running, cancel(running, "bob", "wrong partner", NOON))

    answer = operator.post(f"{job}/cancel", reason="too fast")

    assert answer.status == 409
    assert "the job is cancelled" in answer.text
    assert "Cancelled by bob : wrong partner" in answer.text


@pytest.mark.parametrize("job_id", ["20261123T120000-00000000", "x", "%3Cb%3E", "a" * 70])
def test_an_unknown_job_has_no_page(operator: Browser, job_id: str) -> None:
    assert operator.get(f"{LIST}/{job_id}").status == 404
    assert operator.post(f"{LIST}/{job_id}/cancel", reason="x").status == 404


def test_a_viewer_sees_the_progress_and_cancels_nothing(browser: Browser, job: str) -> None:
    browser.sign_in(Role.VIEWER)

    page = browser.get(job)

    assert "0 of 30 notifications" in page.text
    assert actions(page.body) == []


def test_the_list_costs_one_request(operator: Browser, aws: Aws, job: str) -> None:  # noqa: ARG001 - one is there
    meter = Meter(aws)
    operator.get(LIST)

    assert [call.operation for call in meter.calls if call.resource == "JobTable"] == ["Scan"]


def test_a_strange_cursor_is_refused(operator: Browser) -> None:
    assert operator.get(f"{LIST}?cursor=x").status == 400
