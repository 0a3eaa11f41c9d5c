"""An address that is marked as internal: the mark is reviewed with the address."""

from dataclasses import replace

import pytest

from herald.domain.partner import EndpointTest, Partner, ReviewRefused, ReviewState, register, update_partner
from herald.domain.review.address_review import approve, with_test
from tests.support.factories import NOON, a_partner, an_outcome

OLD, NEW = "http://shop.internal/notify", "http://till.internal/notify"
BY, WHY = "alice", "asked for it"


def changed(before: Partner, **changes: object) -> Partner:
    return update_partner(before, changes, BY, WHY, NOON)


def having_passed(before: Partner, url: str, *, internal: bool) -> Partner:
    return with_test(before, EndpointTest(url=url, outcome=an_outcome(success=True), internal=internal), BY, NOON)


def test_the_mark_of_a_new_partner_is_approved_with_its_address() -> None:
    new = register(a_partner(state=ReviewState.PENDING, url=None, proposed_url=NEW, proposed_internal=True), BY, NOON)
    assert (new.internal, new.history[-1].what) == (False, f"url: {NEW}; internal: true")
    approved = approve(having_passed(new, NEW, internal=True), BY, WHY, NOON)
    assert (approved.url, approved.internal, approved.may_receive) == (NEW, True, True)
    assert [entry.what for entry in approved.history[1:]] == [f"url: {NEW}; internal: true"] * 2


@pytest.mark.parametrize("mark", [True, False])
def test_a_changed_mark_proposes_the_approved_address_again(*, mark: bool) -> None:
    before = a_partner(url=OLD, internal=not mark, proposed_internal=not mark)
    after = changed(before, proposed_internal=mark)
    assert (after.url, after.internal, after.may_receive) == (OLD, not mark, True)
    assert (after.proposed_url, after.proposed_internal) == (OLD, mark)
    assert after.history[-1].what == f"internal: {'true' if mark else 'false'}"


def test_an_unchanged_mark_proposes_nothing() -> None:
    assert changed(a_partner(url=OLD), proposed_internal=False).proposed_url is None


def test_a_changed_mark_stays_with_another_address_that_is_proposed() -> None:
    after = changed(a_partner(url=OLD, proposed_url=NEW), proposed_internal=True)
    assert (after.proposed_url, after.proposed_internal, after.internal) == (NEW, True, False)


def test_the_next_address_keeps_the_mark() -> None:
    after = changed(a_partner(url=OLD, internal=True, proposed_internal=True), proposed_url=NEW)
    assert (after.proposed_url, after.proposed_internal) == (NEW, True)


def test_a_withdrawn_proposal_takes_its_mark_with_it() -> None:
    after = changed(a_partner(url=OLD, proposed_url=OLD, proposed_internal=True), proposed_url=None)
    assert (after.url, after.internal, after.proposed_url, after.proposed_internal) == (OLD, False, None, False)
    without_address = a_partner(url=None, state=ReviewState.PENDING, proposed_url=NEW, proposed_internal=True)
    assert changed(without_address, proposed_url=None).proposed_internal


@pytest.mark.parametrize("mark", [True, False])
def test_a_test_of_the_same_url_with_another_mark_is_no_test(*, mark: bool) -> None:
    proposed = a_partner(url=OLD, proposed_url=NEW, proposed_internal=mark)
    with pytest.raises(ReviewRefused, match="has not passed a test"):
        approve(having_passed(proposed, NEW, internal=not mark), BY, WHY, NOON)
    assert approve(having_passed(proposed, NEW, internal=mark), BY, WHY, NOON).internal is mark
    since = changed(
        having_passed(replace(proposed, proposed_internal=not mark), NEW, internal=not mark), proposed_internal=mark
    )
    with pytest.raises(ReviewRefused, match="has not passed a test"):
        approve(since, BY, WHY, NOON)
