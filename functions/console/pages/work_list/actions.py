"""What can be decided about failed and held notifications, in the words of the page."""

from typing import Final

from console.rendering.page import translate
from herald.languages.catalogue import N_
from herald.languages.current import localized
from herald.languages.message import Message, plural

ACTIONS: Final = {  # by state
    "failed": ("redrive", "resolve", "cancel"),
    "held": ("resolve", "cancel"),
    "waiting": ("redrive", "resolve", "cancel"),  # by a job only
}
_BUTTONS: Final = {
    "redrive": N_("Redrive the selected"),
    "resolve": N_("Resolve the selected"),
    "cancel": N_("Cancel the selected"),
}
_CONSEQUENCES: Final = {
    "redrive": N_("Each is sent again now, and its ladder begins anew."),
    "resolve": N_(
        "They were settled otherwise, such as by telephone: Herald sends them no more. A redrive stays possible."
    ),
    "cancel": N_("They must not be sent: Herald sends them no more. A redrive stays possible."),
}
_WITHOUT_NUMBER: Final = {"redrive": N_("Redrive all"), "resolve": N_("Resolve all"), "cancel": N_("Cancel all")}


def actions_of(state: str) -> list[dict[str, str]]:
    """The actions with their buttons, and what each of them does."""
    return [
        {"name": name, "button": translate(_BUTTONS[name]), "consequence": consequence_of(name)}
        for name in ACTIONS[state]
    ]


def consequence_of(action: str) -> str:
    """What the action does to each notification."""
    return translate(_CONSEQUENCES[action])


def command(action: str, count: int, *, at_least: bool = False) -> str:
    """The action about so many, as the words of a button. `at_least`: more may follow, so that no number is named."""
    return translate(_WITHOUT_NUMBER[action]) if at_least else localized(_command(action, count))


def _command(action: str, count: int) -> Message:
    match action:
        case "redrive":
            return plural("Redrive {count:,} notification", "Redrive {count:,} notifications", count=count)
        case "resolve":
            return plural("Resolve {count:,} notification", "Resolve {count:,} notifications", count=count)
        case _:
            return plural("Cancel {count:,} notification", "Cancel {count:,} notifications", count=count)


def done_sentence(action: str, count: int) -> str:
    """What was done to so many; empty where nothing was, or where there is no such action."""
    match action if count else "":
        case "redrive":
            message = plural(
                "{count:,} notification is redriven: it is sent again now.",
                "{count:,} notifications are redriven: they are sent again now.",
                count=count,
            )
        case "resolve":
            message = plural(
                "{count:,} notification is resolved.", "{count:,} notifications are resolved.", count=count
            )
        case "cancel":
            message = plural(
                "{count:,} notification is cancelled.", "{count:,} notifications are cancelled.", count=count
            )
        case _:
            return ""
    return localized(message)


def nothing_of(state: str) -> str:
    """What an empty list means."""
    if state == "held":
        return translate("Nothing of this partner is held: what falls due for it is sent.")
    return translate(
        "Nothing of this partner is failed: what was accepted is delivered, on its way, or was decided by a person."
    )
