"""The review of a partner's address: its test and its approval, and when an operator stops sending. Pure.

The manual: 此接口需審核 (the interface needs review). An address is used only after an operator approved it. A changed
address is reviewed again; until then the approved one stays in use.
"""

from dataclasses import replace

from herald.domain.breakers.breaker import NO_OUTAGES, recovering
from herald.domain.partner import EndpointTest, Partner, ReviewRefused, ReviewState, change_partner, require_registered
from herald.domain.review.entry_details import address_details
from herald.languages.message import Message
from herald.languages.words import REVIEW_STATES


def with_test(before: Partner, test: EndpointTest, by: str, now: int) -> Partner:
    """Stores the result of a test."""
    what = address_details(test.url, internal=test.internal)
    return change_partner(before, by, "test", test.outcome.reason, now, what=what, last_test=test)


def approve(before: Partner, by: str, reason: str, now: int, *, force: bool = False) -> Partner:
    """The proposed address becomes the approved one. Raises `ReviewRefused`."""
    require_registered(before)
    if before.proposed_url is None:
        raise ReviewRefused(Message("nothing is proposed: set a new `url` first"))
    passed = _passed(before)
    if not passed and not force:
        raise ReviewRefused(
            Message(
                "the proposed address has not passed a test: POST /partners/{{partnerId}}/test first, or say `force`"
            )
        )
    state = ReviewState.SUSPENDED if before.state is ReviewState.SUSPENDED else ReviewState.ACTIVE
    # The outages were those of the address before. What they held back is sent by the recovery, which a poll sends for.
    breaker = recovering(before.breaker, now) if before.breaker.is_open else replace(before.breaker, **NO_OUTAGES)
    internal = before.proposed_internal
    after = replace(before, url=before.proposed_url, internal=internal, proposed_url=None, state=state, breaker=breaker)
    action = "approve" if passed else "approve by force"
    return change_partner(after, by, action, reason, now, what=address_details(after.url, internal=internal))


def suspend(before: Partner, by: str, reason: str, now: int) -> Partner:
    """Stops sending: notifications that become due are held. Raises `ReviewRefused`."""
    if before.state is not ReviewState.ACTIVE:
        raise ReviewRefused(Message("cannot suspend: the partner is {state:word}", state=REVIEW_STATES[before.state]))
    return change_partner(before, by, "suspend", reason, now, state=ReviewState.SUSPENDED)


def resume(before: Partner, by: str, reason: str, now: int) -> Partner:
    """The partner may receive again; polls release the held notifications. Raises `ReviewRefused`."""
    if before.state is not ReviewState.SUSPENDED:
        raise ReviewRefused(Message("cannot resume: the partner is {state:word}", state=REVIEW_STATES[before.state]))
    state = ReviewState.ACTIVE if before.url else ReviewState.PENDING
    return change_partner(before, by, "resume", reason, now, state=state)


def _passed(partner: Partner) -> bool:
    test = partner.last_test
    proposed = (partner.proposed_url, partner.proposed_internal)
    return test is not None and (test.url, test.internal) == proposed and test.outcome.delivered
