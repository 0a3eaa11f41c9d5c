"""The pages of the jobs, and the progress of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.pages.jobs.job import job_page
from console.pages.jobs.job_list import job_list_page
from console.pages.jobs.progress import progress_of
from console.rendering.forms import RefusedForm
from console.request import Form
from herald.domain.clock import MINUTE, SECOND, iso
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import CANCELLED, HOSTILE, NOW, job, reindexing, session

BEGAN = NOW - 5 * MINUTE  # `createdAt` of the sample


def refreshed(html: str) -> list[str]:
    tags = ("section", "p", "div")
    return [one["id"] for tag in tags for one in elements(html, tag) if "data-refresh" in one]


def test_a_running_job_shows_how_far_it_is() -> None:
    html = job_page(session(), job(), NOW)
    text = text_of(html)

    assert "Redrive what is failed of partner 3528" in text
    assert "5,000 of 20,000 notifications: 4,999 changed, 1 passed over" in text
    assert "20 a second fall due" in text
    assert elements(html, "progress")[0]["value"] == "5000"
    assert {*refreshed(html)} == {"progress", "cancel", "spoken"}


def test_a_count_that_stopped_is_the_least_while_the_job_runs() -> None:
    assert "5,000 of at least 20,000 notifications" in text_of(job_page(session(), job(matchedAtLeast=True), NOW))
    over = job(matchedAtLeast=True, state="done", changed=25_000, passedOver=0)
    assert "25,000 of 25,000 notifications" in text_of(job_page(session(), over, NOW))


def test_the_cancellation_says_what_stays() -> None:
    html = job_page(session(), job(), NOW)

    assert actions(html) == ["/console/jobs/20261126T040006-1f2e3d4c/cancel"]
    assert "The 4,999 that the job has changed stay changed. The other 15,000 stay as they are" in text_of(html)


def test_a_viewer_cancels_nothing() -> None:
    assert actions(job_page(session("viewer"), job(), NOW)) == []


def test_a_job_that_is_over_offers_nothing() -> None:
    html = job_page(session(), job(**CANCELLED), NOW)

    assert actions(html) == []
    assert refreshed(html) == []
    assert "Cancelled by bob : wrong partner" in text_of(html)
    assert "The job is over: cancelled" in text_of(html)


def test_a_refused_cancellation_keeps_the_reason() -> None:
    refused = RefusedForm("cancel", Form((("reason", "too fast"),)), {"": "the job is done"})
    html = job_page(session(), job(), NOW, refused=refused)

    assert "the job is done" in text_of(html)
    assert value_of(html, "reason") == "too fast"


def test_a_cancellation_that_came_too_late_is_said() -> None:
    refused = RefusedForm("cancel", Form((("reason", "too fast"),)), {"": "cannot cancel: the job is done"})

    assert "cannot cancel: the job is done" in text_of(job_page(session(), job(state="done"), NOW, refused=refused))


def test_a_screen_reader_hears_each_tenth() -> None:
    assert "The job is running: 20 % are done" in text_of(job_page(session(), job(), NOW))


def test_the_job_that_reindexes_is_about_all_partners() -> None:
    text = text_of(job_page(session(), reindexing(), NOW))

    assert "Put every notification into the index of the search" in text
    assert "5,000 of about 20,000 notifications: 4,999 put into the index, 1 already in it" in text
    assert "200 a second are put into the index" in text
    assert "Partner all" in text
    assert "Passed over" not in text
    assert "Last one is sent about" not in text


def test_an_action_of_a_later_version_is_shown_as_it_is() -> None:
    assert "compact running" in text_of(
        job_list_page(session(), {"items": [job(action="compact")], "cursor": None}, NOW)
    )


def test_hostile_reasons_are_text() -> None:
    html = job_page(session(), job(reason=HOSTILE, by=HOSTILE), NOW)

    assert elements(html, "img") == []
    assert "\u202e" not in html


def test_the_list_links_each_job() -> None:
    two = [job(), job(jobId="20261126T030000-00000000", state="done")]
    html = job_list_page(session(), {"items": two, "cursor": "c"}, NOW)

    hrefs = [link["href"] for link in elements(html, "a")]
    assert {"/console/jobs/20261126T030000-00000000", "/console/jobs?cursor=c"} <= {*hrefs}
    assert "5,000 / 20,000 (25 %)" in text_of(html)


def test_an_empty_list_says_what_that_means() -> None:
    html = job_list_page(session(), {"items": [], "cursor": None}, NOW)

    assert "No job was started within the last 90 days" in text_of(html)


def test_the_end_follows_from_what_is_done() -> None:
    progress = progress_of(job(), NOW)

    assert progress.ends_at == NOW + 15 * MINUTE  # a quarter took five minutes
    assert progress.last_due_at == progress.ends_at  # later than at 20 a second


def test_the_rate_decides_when_the_last_is_sent() -> None:
    assert progress_of(job(perSecond=2), NOW).last_due_at == BEGAN + 10_000 * SECOND


def test_no_end_is_estimated_of_nothing() -> None:
    progress = progress_of(job(changed=0, passedOver=0), NOW)

    assert progress.ends_at is None
    assert "not known before the first 100 are done" in text_of(job_page(session(), job(changed=0, passedOver=0), NOW))


@pytest.mark.parametrize("action", ["resolve", "cancel"])
def test_only_what_is_redriven_is_sent(action: str) -> None:
    assert progress_of(job(action=action), NOW).last_due_at is None


def test_an_empty_job_is_whole() -> None:
    assert progress_of(job(matched=0, changed=0, passedOver=0, state="done"), NOW).percent == 100


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(-MINUTE, 10**9))
def test_progress_stays_within_its_bounds(matched: int, changed: int, passed_over: int, elapsed: int) -> None:
    progress = progress_of(job(matched=matched, changed=changed, passedOver=passed_over), BEGAN + elapsed)

    assert 0 <= progress.percent <= 100
    assert (progress.percent == 100) == (progress.left == 0)
    assert progress.ends_at is None or progress.ends_at >= BEGAN + elapsed
    assert progress.last_due_at is None or iso(progress.last_due_at)
