"""The mark on a partner whose data is to be deleted, what remains of it, and the job's progress."""

from typing import Any

import pytest

from herald.domain.breakers.breaker import Breaker
from herald.domain.clock import MINUTE, SECOND
from herald.domain.jobs.job import JobRefused, JobState, cancel
from herald.domain.jobs.partner_deletion import (
    PartnerDeletion,
    advance_deletion,
    complete_deletion,
    mark_for_deletion,
    stay,
    what_remains,
)
from herald.domain.ladder import Ladder
from herald.domain.partner import PartnerDeleted, ReviewState, register, update_partner
from herald.domain.review.address_review import approve
from herald.domain.review.credentials import rotate_secret
from herald.store.items.partner_item import to_item
from tests.support.factories import NOON, a_partner

JOB = PartnerDeletion(
    job_id="j", partner_id=3528, reason="asked for", by="alice", per_second=100, created_at=NOON, matched=7
)
MARKED = mark_for_deletion(a_partner(), JOB)


def test_a_marked_partner_may_not_receive_and_its_breaker_is_closed() -> None:
    open_one = a_partner(breaker=Breaker(outages=20, opened_at=NOON, probe_at=NOON))
    marked = mark_for_deletion(open_one, JOB)
    assert (marked.state, marked.may_receive, marked.is_registered) == (ReviewState.DELETING, False, False)
    assert (marked.breaker, marked.version) == (Breaker(), open_one.version + 1)


def test_what_remains_has_no_attribute_but_these() -> None:
    full = mark_for_deletion(
        a_partner(
            contact="ann@lakeside.example",
            proposed_url="https://x.example",
            ladder=Ladder.parse("1s"),
            timeout=5,
            rate_per_second=5,
            concurrency=5,
            headers={"X-Key": "v"},
            query_keys=("a",),
            previous_secret_until=NOON,
            alert_pending_at=NOON,
            alert_open=True,
        ),
        JOB,
    )
    left = to_item(what_remains(full, JOB, NOON + MINUTE))
    assert set(left) == {"partner_id", "name", "contact", "state", "version", "history"}
    assert (left["contact"], left["state"], left["version"]) == ("", "deleted", full.version + 1)
    assert [(one["at"], one["by"], one["action"]) for one in left["history"]] == [
        (NOON, "alice", "delete"),
        (NOON + MINUTE, "alice", "deleted"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: update_partner(one, {"name": "x"}, "bob", "x", NOON),
        lambda one: approve(one, "bob", "x", NOON, force=True),
        lambda one: rotate_secret(one, "whsec_eA==", "bob", "x", NOON),
    ],
)
@pytest.mark.parametrize("state", [ReviewState.DELETING, ReviewState.DELETED])
def test_nothing_of_it_can_be_changed(change: Any, state: ReviewState) -> None:
    with pytest.raises(PartnerDeleted):
        change(a_partner(state=state, proposed_url="https://x.example"))


def test_a_new_partner_with_the_number_keeps_the_entries_and_goes_on_counting_versions() -> None:
    left = what_remains(MARKED, JOB, NOON)
    new = register(a_partner(), "bob", NOON, deleted=left)
    assert new.version == left.version + 1
    assert [entry.action for entry in new.history] == ["delete", "deleted", "create"]


def test_a_page_is_followed_by_the_next_at_the_jobs_rate() -> None:
    after = advance_deletion(JOB, ("3528:a", "0"), 250, NOON)
    assert (after.changed, after.position, after.next_due_at) == (250, ("3528:a", "0"), NOON + 2500)


def test_a_page_with_attempts_under_way_is_repeated() -> None:
    before = advance_deletion(JOB, ("3528:a", "0"), 250, NOON)
    after = stay(before, 3, NOON)
    assert (after.changed, after.position, after.next_due_at) == (253, ("3528:a", "0"), NOON + 5 * SECOND)


def test_at_its_end_it_has_matched_what_it_deleted() -> None:
    after = complete_deletion(JOB, 5, NOON)
    assert (after.state, after.matched, after.changed, after.ended_at) == (JobState.DONE, 5, 5, NOON)


def test_it_cannot_be_cancelled() -> None:
    with pytest.raises(JobRefused, match="cannot be cancelled"):
        cancel(JOB, "bob", "x", NOON)
