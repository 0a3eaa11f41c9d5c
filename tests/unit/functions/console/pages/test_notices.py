"""What a page says was done, only where that is so: an address alone proves nothing."""

from typing import Any

import pytest

from console.pages.jobs.notices import done_to_job
from console.pages.partners.notices import done_to_partner
from console.rendering.recency import is_recent
from herald.domain.clock import MINUTE, iso
from tests.support.console.samples.administration_samples import CANCELLED, NOW, endpoint_test, entry, job, partner

JUST_NOW, EARLIER = iso(NOW - MINUTE), iso(NOW - 6 * MINUTE)


def after(action: str, **changes: Any) -> str | None:
    """The notice after alice's `action`, where the newest entry is `changes` of that."""
    done = changes.pop("done", action)
    newest = {**entry(action, "why"), "at": JUST_NOW, **changes.pop("newest", {})}
    return done_to_partner(partner(history=[newest], **changes), done, "alice", NOW)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("approve", "The address is approved: from now on"),
        ("suspend", "The partner is suspended:"),
        ("resume", "The partner is resumed:"),
        ("change", "The changes are saved."),
        ("test", "The address passed the test."),
    ],
)
def test_what_the_person_has_just_done_to_a_partner_is_said(action: str, says: str) -> None:
    assert (after(action) or "").startswith(says)


@pytest.mark.parametrize("action", ["approve", "suspend", "resume", "change", "test"])
@pytest.mark.parametrize(
    "newest", [{"by": "bob"}, {"at": EARLIER}, {"action": "rotate secret"}], ids=["by another", "earlier", "other"]
)
def test_what_was_not_just_done_to_a_partner_is_not_said(action: str, newest: dict[str, str]) -> None:
    assert after(action, newest=newest) is None


def test_an_exception_is_an_approval_too() -> None:
    assert (after("approve by force", done="approve") or "").startswith("The address is approved")


def test_an_approval_without_effect_says_so() -> None:
    assert after("approve", state="suspended") == (
        "The address is approved. Nothing is sent to it while the partner is suspended."
    )


def test_a_test_that_failed_says_why() -> None:
    assert after("test", lastTest=endpoint_test()) == "The address did not pass the test: not acknowledged."


@pytest.mark.parametrize("done", ["", "bought", "rotate secret", "create"])
def test_other_actions_have_no_notice(done: str) -> None:
    assert after(done or "suspend", done=done) is None


def test_a_partner_without_a_history_has_no_notice() -> None:
    assert done_to_partner(partner(history=[]), "suspend", "alice", NOW) is None


def test_the_beginning_of_ones_own_job_is_said() -> None:
    assert (done_to_job(job(createdAt=JUST_NOW), "start", "alice", NOW) or "").startswith("The job has begun.")


@pytest.mark.parametrize("changes", [{"by": "bob"}, {"createdAt": EARLIER}])
def test_the_beginning_of_another_job_is_not_said(changes: dict[str, str]) -> None:
    assert done_to_job(job(**{"createdAt": JUST_NOW, **changes}), "start", "alice", NOW) is None


@pytest.mark.parametrize(
    ("changes", "is_said"),
    [({}, True), ({"endedBy": "bob"}, False), ({"endedAt": EARLIER}, False)],
    ids=["own", "by another", "earlier"],
)
def test_a_cancellation_is_said_to_whoever_has_just_cancelled(changes: dict[str, str], is_said: bool) -> None:  # noqa: FBT001 - pytest passes it by position or by name
    cancelled = job(**{**CANCELLED, "endedBy": "alice", "endedAt": JUST_NOW, **changes})

    assert (done_to_job(cancelled, "cancel", "alice", NOW) == "The job is cancelled.") is is_said


@pytest.mark.parametrize("done", ["cancel", "", "bought"])
def test_a_running_job_is_not_said_to_be_over(done: str) -> None:
    assert done_to_job(job(), done, "alice", NOW) is None


@pytest.mark.parametrize(("moment", "recent"), [(iso(NOW), True), (JUST_NOW, True), (EARLIER, False), ("", False)])
def test_the_last_five_minutes_are_recent(moment: str, recent: bool) -> None:  # noqa: FBT001 - as above
    assert is_recent(moment, NOW) is recent
