"""The review of a partner's address, and its results."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.ladder import Ladder
from herald.domain.partner import (
    HISTORY_LIMIT,
    EndpointTest,
    Partner,
    ReviewRefused,
    ReviewState,
    register,
    update_partner,
)
from herald.domain.review.address_review import approve, resume, suspend, with_test
from tests.support.factories import NOON, REFUSED, a_partner, an_outcome

OLD, NEW = "https://old.example/notify", "https://new.example/notify"
BY, WHY = "alice", "asked for it"


def a_new_one(**changes: Any) -> Partner:
    return a_partner(state=ReviewState.PENDING, url=None, proposed_url=NEW, **changes)


def a_test(url: str = NEW, *, success: bool = True, internal: bool = False) -> EndpointTest:
    return EndpointTest(url=url, outcome=an_outcome(success=success), internal=internal)


def passed(partner: Partner) -> Partner:
    return with_test(partner, a_test(), BY, NOON)


def test_a_new_partner_is_pending_and_receives_nothing() -> None:
    new = register(a_new_one(), BY, NOON)
    assert (new.state, new.version, new.may_receive) == (ReviewState.PENDING, 1, False)


def test_proposed_address_is_used_after_test_and_approval() -> None:
    active = approve(passed(a_new_one()), BY, WHY, NOON)
    assert (active.url, active.proposed_url, active.may_receive) == (NEW, None, True)


@pytest.mark.parametrize(
    "before",
    [
        a_new_one(),
        with_test(a_new_one(), a_test(success=False), BY, NOON),
        with_test(a_new_one(), a_test(OLD), BY, NOON),
        with_test(passed(a_new_one()), a_test(success=False), BY, NOON),
        update_partner(passed(a_new_one()), {"proposed_url": OLD}, BY, WHY, NOON),
    ],
    ids=["no test", "a failed one", "one of another address", "passed before, then failed", "a new address since"],
)
def test_untested_address_needs_force(before: Partner) -> None:
    with pytest.raises(ReviewRefused, match="has not passed a test"):
        approve(before, BY, WHY, NOON)
    forced = approve(before, BY, WHY, NOON, force=True)
    assert (forced.url, forced.history[-1].action) == (before.proposed_url, "approve by force")


def test_unneeded_force_is_not_in_the_history() -> None:
    assert approve(passed(a_new_one()), BY, WHY, NOON, force=True).history[-1].action == "approve"


@pytest.mark.parametrize("force", [False, True])
def test_approval_needs_a_proposed_address(*, force: bool) -> None:
    with pytest.raises(ReviewRefused, match="nothing is proposed"):
        approve(a_partner(), BY, WHY, NOON, force=force)


def test_approved_address_stays_in_use_during_review() -> None:
    changed = update_partner(a_partner(url=OLD), {"proposed_url": NEW}, BY, WHY, NOON)
    assert (changed.url, changed.may_receive) == (OLD, True)


def test_suspended_partner_receives_after_resume_only() -> None:
    suspended = suspend(a_partner(), BY, WHY, NOON)
    assert not suspended.may_receive
    assert resume(suspended, BY, WHY, NOON).may_receive


def test_an_approval_does_not_end_a_suspension() -> None:
    suspended = passed(a_partner(state=ReviewState.SUSPENDED, proposed_url=NEW))
    approved = approve(suspended, BY, WHY, NOON)
    assert (approved.url, approved.state) == (NEW, ReviewState.SUSPENDED)


def test_resume_without_approved_address_is_pending() -> None:
    suspended = replace(a_new_one(), state=ReviewState.SUSPENDED)
    assert resume(suspended, BY, WHY, NOON).state is ReviewState.PENDING


@pytest.mark.parametrize(
    ("decide", "state"),
    [
        (suspend, ReviewState.PENDING),
        (suspend, ReviewState.SUSPENDED),
        (resume, ReviewState.PENDING),
        (resume, ReviewState.ACTIVE),
    ],
)
def test_refusal_names_the_partners_state(decide: Callable[..., Partner], state: ReviewState) -> None:
    with pytest.raises(ReviewRefused, match=f"the partner is {state.value}"):
        decide(a_partner(state=state), BY, WHY, NOON)


def test_the_history_says_who_when_what_and_why() -> None:
    partner = register(a_new_one(), "alice", NOON)
    partner = with_test(partner, a_test(success=False), "bob", NOON + 1)
    ladder = Ladder.parse("1s 2s")
    partner = update_partner(
        partner, {"name": "Lakeside", "ladder": ladder, "proposed_url": OLD}, "bob", "moved", NOON + 2
    )
    partner = update_partner(partner, {"ladder": None, "contact": ""}, "bob", "as before", NOON + 3)
    partner = suspend(approve(partner, "carol", "by hand", NOON + 4, force=True), "carol", WHY, NOON + 5)
    assert [(one.at - NOON, one.by, one.action, one.what, str(one.reason)) for one in partner.history] == [
        (0, "alice", "create", f"url: {NEW}", "registered"),
        (1, "bob", "test", f"url: {NEW}", str(REFUSED)),
        (2, "bob", "change", f"name: Lakeside; ladder: 1s 2s; url: {OLD}", "moved"),
        (3, "bob", "change", "ladder: none; contact: none", "as before"),
        (4, "carol", "approve by force", f"url: {OLD}", "by hand"),
        (5, "carol", "suspend", "", WHY),
    ]


def test_the_history_keeps_the_last_fifty_changes() -> None:
    partner = register(a_new_one(), BY, NOON)
    for n in range(HISTORY_LIMIT + 5):
        partner = update_partner(partner, {"contact": str(n)}, BY, WHY, NOON + n)
    assert len(partner.history) == HISTORY_LIMIT
    assert (partner.history[0].what, partner.history[-1].what) == ("contact: 5", "contact: 54")


@pytest.mark.parametrize(
    ("changes", "in_clear"),
    [
        ({"secret": None}, False),
        ({"secret": None, "headers": {"X-Key": None}}, False),
        ({"secret": None, "previous_secret_until": NOON}, False),
        ({"secret": "whsec_a"}, True),
        ({"secret": None, "previous_secret": "whsec_b"}, True),
        ({"secret": None, "headers": {"X-Key": None, "X-Other": "k"}}, True),
    ],
)
def test_a_partner_tells_whether_any_of_its_secrets_is_in_clear(changes: dict[str, Any], *, in_clear: bool) -> None:
    assert a_partner(**changes).has_secrets_in_clear == in_clear


def test_repr_of_a_partner_has_no_secret() -> None:
    partner = a_partner(previous_secret="whsec_old", previous_secret_until=NOON)
    assert "whsec_" not in f"{partner!r} {partner}"


DECISIONS: list[Callable[[Partner], Partner]] = [
    lambda one: update_partner(one, {"proposed_url": NEW}, BY, WHY, NOON),
    lambda one: update_partner(one, {"proposed_url": OLD}, BY, WHY, NOON),
    lambda one: update_partner(one, {"proposed_url": None}, BY, WHY, NOON),
    lambda one: update_partner(one, {"proposed_internal": True}, BY, WHY, NOON),
    lambda one: update_partner(one, {"proposed_internal": False}, BY, WHY, NOON),
    lambda one: with_test(one, a_test(NEW), BY, NOON),
    lambda one: with_test(one, a_test(NEW, internal=True), BY, NOON),
    lambda one: with_test(one, a_test(OLD, success=False), BY, NOON),
    lambda one: approve(one, BY, WHY, NOON),
    lambda one: suspend(one, BY, WHY, NOON),
    lambda one: resume(one, BY, WHY, NOON),
]


@given(st.lists(st.sampled_from(DECISIONS), max_size=30))
def test_only_approval_changes_the_address(
    decisions: list[Callable[[Partner], Partner]],
) -> None:
    before = register(a_new_one(), BY, NOON)
    for decide in decisions:
        try:
            after = decide(before)
        except ReviewRefused:
            continue
        assert (after.version, len(after.history)) == (before.version + 1, len(before.history) + 1)
        assert after.may_receive == (after.state is ReviewState.ACTIVE)  # no active partner without an address
        if (after.url, after.internal) != (before.url, before.internal):
            assert after.history[-1].action == "approve"
            assert after.last_test == a_test(after.url or "", internal=after.internal)
        before = after
