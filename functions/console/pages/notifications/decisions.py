"""What a person can decide about a notification: exactly what its state allows."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.upcoming import may_receive
from console.pages.partners.sections.breaker import is_spared
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import translate
from herald.domain.transitions import OPERATOR_ACTIONS, TRANSITIONS, Action, State
from herald.languages.catalogue import N_

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification
    from customer_service.schemas.partners import Partner

_TITLES: Final = {
    Action.REDRIVE: N_("Redrive the notification"),
    Action.RESOLVE: N_("Resolve the notification"),
    Action.CANCEL: N_("Cancel the notification"),
}
_CONSEQUENCES: Final = {
    Action.REDRIVE: N_("It is sent again now, by the whole ladder until it is acknowledged: round {round} begins."),
    Action.RESOLVE: N_("It was settled in another way: it is not sent any more. It can be redriven later."),
    Action.CANCEL: N_(
        "The partner must not be told: it is not sent any more, and the partner's order query leaves it out. It can be "
        "redriven later."
    ),
}
_OF_DELIVERED: Final = N_(
    "The partner acknowledged it already. It is sent once more, by the whole ladder until it is acknowledged again: "
    "round {round} begins."
)
_HELD_UNTIL: Final = N_("The partner may not receive now: the notification is held until it may.")
_AS_A_PROBE: Final = N_(
    "The partner's server does not answer now: this notification is attempted all the same, as a probe."
)
_UNDER_WAY: Final = N_("An attempt is under way, which may still reach the partner.")


def actions_of(state: State) -> list[Action]:
    """The actions of a person that this state allows."""
    return [action for action in OPERATOR_ACTIONS if (state, action) in TRANSITIONS]


def decisions_of(
    one: "Notification", path: str, refused: RefusedForm | None, partner: "Partner | None"
) -> list[dict[str, Any]]:
    """A form for each action: its title, what will happen, and whether it is shown open."""
    state = State(one["state"])
    those = [] if "deletedAt" in one else actions_of(state)
    return [
        {
            "name": action.value,
            "title": translate(_TITLES[action]),
            "path": f"{path}/{action.value}",
            "consequences": _consequences(one, action, partner),
            "form": form_view(action.value, refused),
            "is_open": _is_open(state, action, refused),
        }
        for action in those
    ]


def left_over(one: "Notification", refused: RefusedForm | None) -> RefusedForm | None:
    """The refused form, where the state does not allow its action any more, so that no form of the page keeps it."""
    is_shown = refused is None or refused.name in actions_of(State(one["state"]))
    return None if is_shown else refused


def _is_open(state: State, action: Action, refused: RefusedForm | None) -> bool:
    """The refused form; else what a failed notification waits for."""
    if refused is not None:
        return refused.name == action
    return state is State.FAILED and action is Action.REDRIVE


def _consequences(one: "Notification", action: Action, partner: "Partner | None") -> list[str]:
    delivered = action is Action.REDRIVE and one["state"] == State.DELIVERED
    template = _OF_DELIVERED if delivered else _CONSEQUENCES[action]
    sentences = [translate(template, round=one["round"] + 1)]
    if action is Action.REDRIVE and not may_receive(partner):
        sentences.append(translate(_HELD_UNTIL))
    elif action is Action.REDRIVE and partner is not None and is_spared(partner):
        sentences.append(translate(_AS_A_PROBE))
    if one.get("attemptUnderWay"):
        sentences.append(translate(_UNDER_WAY))
    return sentences
