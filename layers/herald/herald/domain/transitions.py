"""The states of a notification, the actions, and the state to which each action leads. Pure.

No other place decides a state: `herald.domain.notification` applies this table. docs/architecture.md, "States", says
what each state means.
"""

from collections.abc import Mapping
from enum import StrEnum

from herald.languages.enumeration import all_of
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.languages.words import ACTIONS, STATES


class State(StrEnum):
    """The state of a notification."""

    WAITING = "waiting"
    HELD = "held"
    DELIVERED = "delivered"
    FAILED = "failed"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What changes a state: the result of an attempt, a poll, or an operator."""

    DELIVER = "deliver"
    RETRY = "retry"
    FORWARD = "forward"
    EXHAUST = "exhaust"
    HOLD = "hold"
    RELEASE = "release"
    REDRIVE = "redrive"
    RESOLVE = "resolve"
    CANCEL = "cancel"
    DELETE = "delete"  # of its content: the payload and the attempts


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.WAITING, Action.DELIVER): State.DELIVERED,
    (State.WAITING, Action.RETRY): State.WAITING,
    (State.WAITING, Action.FORWARD): State.WAITING,
    (State.WAITING, Action.EXHAUST): State.FAILED,
    (State.WAITING, Action.HOLD): State.HELD,
    (State.WAITING, Action.REDRIVE): State.WAITING,
    (State.WAITING, Action.RESOLVE): State.RESOLVED,
    (State.WAITING, Action.CANCEL): State.CANCELLED,
    (State.WAITING, Action.DELETE): State.CANCELLED,
    (State.HELD, Action.DELIVER): State.DELIVERED,
    (State.HELD, Action.RELEASE): State.WAITING,
    (State.HELD, Action.RESOLVE): State.RESOLVED,
    (State.HELD, Action.CANCEL): State.CANCELLED,
    (State.HELD, Action.DELETE): State.CANCELLED,
    (State.DELIVERED, Action.REDRIVE): State.WAITING,
    (State.DELIVERED, Action.DELETE): State.DELIVERED,
    (State.FAILED, Action.DELIVER): State.DELIVERED,
    (State.FAILED, Action.REDRIVE): State.WAITING,
    (State.FAILED, Action.RESOLVE): State.RESOLVED,
    (State.FAILED, Action.CANCEL): State.CANCELLED,
    (State.FAILED, Action.DELETE): State.CANCELLED,
    (State.RESOLVED, Action.REDRIVE): State.WAITING,
    (State.RESOLVED, Action.DELETE): State.RESOLVED,
    (State.CANCELLED, Action.REDRIVE): State.WAITING,
    (State.CANCELLED, Action.DELETE): State.CANCELLED,
}
OPERATOR_ACTIONS = (Action.REDRIVE, Action.RESOLVE, Action.CANCEL)


class TransitionRefused(Refusal):
    """The action is not allowed from this state. The message lists the operator's actions that are."""

    def __init__(self, state: State, action: Action) -> None:
        super().__init__(
            Message(
                "cannot {action:word}: the notification is {state:word}; allowed from there: {allowed}",
                action=ACTIONS[action],
                state=STATES[state],
                allowed=all_of(Message(ACTIONS[one]) for one in OPERATOR_ACTIONS if (state, one) in TRANSITIONS),
            )
        )


def next_state(state: State, action: Action) -> State:
    """The state after the action. Raises `TransitionRefused`."""
    if (state, action) not in TRANSITIONS:
        raise TransitionRefused(state, action)
    return TRANSITIONS[state, action]
