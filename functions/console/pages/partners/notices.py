"""What a person has just done to a partner, for the page after it."""

from typing import TYPE_CHECKING, Final

from console.rendering.page import translate
from console.rendering.recency import is_recent
from console.rendering.text import word
from herald.languages.catalogue import N_
from herald.languages.words import VERDICTS

if TYPE_CHECKING:
    from customer_service.schemas.common import Test
    from customer_service.schemas.partners import Partner

_NOTICES: Final = {
    "approve": N_("The address is approved: from now on notifications go to it."),
    "suspend": N_("The partner is suspended: what falls due is held until it is resumed."),
    "resume": N_("The partner is resumed: the next polls send what was held."),
    "change": N_("The changes are saved."),
    "probe": N_("A probe is sent now. The history says when the server answers."),
    "close-breaker": N_("The breaker is closed: what waits is sent, the oldest first."),
    "limits": N_("The limits are saved. Deliverers follow them within 30 seconds."),
    "set-header": N_("The header is set. It is in each request within 30 seconds."),
    "remove-header": N_("The header is removed. It is in no request after 30 seconds."),
}
# How the history names what these forms do; the others are named as in the address.
_ACTIONS: Final = {
    "close-breaker": "close breaker",
    "limits": "change",
    "set-header": "change",
    "remove-header": "change",
}
_BY_FORCE: Final = " by force"  # how an action in the history ends that was an exception
_WITHOUT_EFFECT: Final = N_("The address is approved. Nothing is sent to it while the partner is suspended.")


def done_to_partner(one: "Partner", action: str, by: str, now: int) -> str | None:
    """What was done, if the person `by` did it within the last minutes and nothing was done since.

    The address of the page names the action. None for any other.
    """
    if not _is_newest(one, action, by, now):
        return None
    if action == "test":
        return _tested(one["lastTest"])
    if action == "approve" and one["state"] == "suspended":
        return translate(_WITHOUT_EFFECT)
    return translate(_NOTICES[action]) if action in _NOTICES else None


def _is_newest(one: "Partner", action: str, by: str, now: int) -> bool:
    newest = one["history"][-1] if one["history"] else None
    if newest is None or newest["by"] != by or not is_recent(newest["at"], now):
        return False
    return newest["action"].removesuffix(_BY_FORCE) == _ACTIONS.get(action, action)


def _tested(test: "Test | None") -> str | None:
    if test is None:
        return None
    if test["verdict"] == "success":
        return translate("The address passed the test.")
    return translate("The address did not pass the test: {verdict}.", verdict=word(VERDICTS, test["verdict"]))
