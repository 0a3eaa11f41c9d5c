"""An operator acts on the notification while the POST is in progress."""

from typing import Any

import pytest
import time_machine

from deliverer import app as deliverer
from herald.domain.clock import now
from herald.domain.notification import Lane
from herald.domain.transitions import Action, State
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, a_notification, an_outcome
from tests.support.functions.deliverer import (
    ONE,
    Post,
    Poster,
    deliver,
    events,
    operator_does,
)
from tests.support.functions.dispatcher import current, stands


@pytest.mark.parametrize(
    ("action", "success", "ends"),
    [
        (Action.CANCEL, True, State.CANCELLED),
        (Action.CANCEL, False, State.CANCELLED),
        (Action.RESOLVE, True, State.RESOLVED),
        (Action.RESOLVE, False, State.RESOLVED),
        (Action.REDRIVE, True, State.DELIVERED),
        (Action.REDRIVE, False, State.WAITING),
    ],
)
def test_what_a_person_changed_while_the_post_was_on_the_wire_stays_so_but_for_a_success(
    aws: Aws,
    poster: Poster,
    action: Action,
    success: bool,  # noqa: FBT001 - pytest passes it by name
    ends: State,
) -> None:
    poster.meanwhile(lambda: operator_does(action), success=success)
    assert deliver(aws) == []
    one = current(ONE)
    assert one.state is ends
    assert [(attempt.round, attempt.number) for attempt in one.attempts] == [(1, 1)]
    assert one.history[-1].action == action.value
    assert len(poster.posts) == 1
    assert aws.messages("DeliveryQueue") == []  # the redrive's own message is the operator's to send


def test_a_failure_of_the_old_round_does_not_move_the_new_one_up_the_ladder(aws: Aws, poster: Poster) -> None:
    poster.meanwhile(lambda: operator_does(Action.REDRIVE), success=False)
    deliver(aws)
    one = current(ONE)
    assert (one.round, one.attempt, one.due_at, one.lane) == (2, 1, NOON, Lane.SENT)


def test_a_late_success_delivers_what_has_failed_meanwhile(poster: Poster, clock: time_machine.Traveller) -> None:
    """Its claim ended while it was still at it; another one took over and exhausted the ladder."""
    last = a_notification(2, attempt=5, turn=5)
    stands(last)

    async def outlive_the_claim(post: Post) -> Any:
        if post.notification != str(last.id) or len(poster.posts) > 1:
            return an_outcome(at=now())
        clock.shift(61)
        await deliverer.deliver(events(last)["Records"][0])
        assert current(last.id).state is State.FAILED
        return an_outcome(success=True, at=now())

    poster.answering = outlive_the_claim
    deliverer.handler(events(last), Context("DelivererFunction"))
    one = current(last.id)
    assert (one.state, one.logged, one.lane) == (State.DELIVERED, 2, None)
