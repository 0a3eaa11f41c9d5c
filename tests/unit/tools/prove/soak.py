"""A soak in which everything went well, in small: a test changes what is to go wrong."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from herald.domain.attempt import Attempt
from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder
from herald.domain.notification import Notification
from herald.domain.transitions import State
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, a_notification, an_outcome
from tools.prove.books.evidence import Accepted, Decision, Evidence, Post

LADDER = Ladder.parse("10s 20s")
ONE = str(a_notification().id)
WAITS = (0, 10, 30)  # seconds from the first attempt to each, by the ladder


def a_post(number: int = 1, at: int | None = None, *, told: bool = False, **changes: Any) -> Post:
    """A POST of the notification, at the moment of the ladder, that was answered at once."""
    moment = NOON + WAITS[number - 1] * SECOND if at is None else at
    post = Post(
        id=ONE,
        partner_id=PARTNER_ID,
        round=1,
        number=number,
        at=moment,
        ended_at=moment,
        told=told,
        signed_at=moment,
        body=PAYLOAD.encode(),
    )
    return replace(post, **changes)


def a_decision(action: str, at: int, **changes: Any) -> Decision:
    """Asked for and answered at once."""
    decision = Decision(action=action, id=ONE, partner_id=PARTNER_ID, asked_at=at, answered_at=at)
    return replace(decision, **changes)


def stored(state: State, **changes: Any) -> Notification:
    """The notification as it is stored at the end."""
    return replace(a_notification(), **{"state": state, "lane": None, "due_at": None, **changes})


def logged(*moments: int, round_: int = 1) -> tuple[Attempt, ...]:
    """The log of attempts that began at these moments and took no time."""
    return tuple(
        Attempt(round=round_, number=place, claim_id=f"c{place}", outcome=an_outcome(at=at, duration_ms=0))
        for place, at in enumerate(moments, start=1)
    )


def evidence(*posts: Post, end: Notification, decisions: Sequence[Decision] = (), **changes: Any) -> Evidence:
    """What a soak with this one notification leaves."""
    accepted = Accepted(partner_id=PARTNER_ID, payload=PAYLOAD.encode(), at=NOON)
    found = Evidence(
        ladder=LADDER,
        accepted={ONE: accepted},
        posts={ONE: posts} if posts else {},
        stored={ONE: end},
        decisions=decisions,
        clocks_apart=0,
    )
    return replace(found, **changes)
