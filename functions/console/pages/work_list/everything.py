"""One decision about all that is failed, held or waiting of a partner: how many these are, and the form of its job."""

from dataclasses import dataclass
from typing import Any, Final

from console.pages.work_list.actions import ACTIONS, command, consequence_of
from console.pages.work_list.attention import PATH
from console.rendering.forms import RefusedForm, form_view
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.request import Form
from console.security.session import Session
from herald.languages.catalogue import N_
from herald.languages.current import localized
from herald.languages.message import Message, plural

NAME: Final = "all"  # of the form
RATE: Final = 20  # a second, unless the person types another one
FIELDS: Final = ("action", "perSecond", "reason")
_MINUTE: Final = 60
_IN_A_TITLE: Final = 30  # characters
_DIGITS: Final = 9  # of a number that is read; the API refuses far smaller ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """What a job would take: all of a partner in a state that came into it before a moment.

    Of what waits: all that was accepted within 92 days before it.
    """

    partner_id: int
    name: str
    state: str
    matched: int
    at_least: bool = False  # of what waits, only the oldest are looked at for the count
    before: str  # RFC 3339


def everything_page(session: Session, those: Everything, refused: RefusedForm | None = None) -> str:
    """The page. Without any there is nothing to decide, and no form."""
    path = f"{PATH}/{those.partner_id}/all"
    state = "" if those.state == "failed" else those.state
    form = form_view(NAME, refused, perSecond=str(RATE))
    return render(
        "everything.html",
        address(path, state=state),
        session,
        action=path,
        **_way_back(those),
        those=those,
        title=translate(_TITLES[those.state], name=shown(those.name, _IN_A_TITLE)),
        counted=localized(_counted(those)),
        choices=[_choice(action, those, form.value("action")) for action in ACTIONS[those.state]],
        with_rate="redrive" in ACTIONS[those.state],
        rate_hint=localized(_duration(those.matched)),
        form=form,
    )


def _way_back(those: Everything) -> dict[str, str]:
    """To the list; what waits has none."""
    if those.state == "waiting":
        back = f"/console/partners/{those.partner_id}"
        return {"back": back, "back_text": translate("Change nothing, and go back to the partner")}
    back = address(f"{PATH}/{those.partner_id}", state="held" if those.state == "held" else "")
    return {"back": back, "back_text": translate("Change nothing, and go back to the list")}


def counting_request(partner_id: int, state: str, before: str) -> dict[str, Any]:
    """The body of the API's `POST /jobs` that only counts."""
    wanted = {"partnerId": partner_id, "state": state, "before": before}
    return {"action": "resolve", "filter": wanted, "reason": "counting", "dryRun": True}


def job_request(form: Form, partner_id: int) -> dict[str, Any]:
    """The body of the API's `POST /jobs`, from what was typed; the API checks it."""
    wanted: dict[str, Any] = {"partnerId": partner_id, "state": form.get("state"), "before": form.get("before")}
    body: dict[str, Any] = {"action": form.get("action"), "filter": wanted, "reason": form.get("reason")}
    if form.get("action") == "redrive":  # the others send nothing, so their rate does not matter
        body["perSecond"] = _number(form.get("perSecond"))
    return body


def _number(text: str) -> int | str:
    """The number; a text that is none as it is, which the API refuses."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else text


_TITLES: Final = {
    "failed": N_("All that is failed of {name}"),
    "held": N_("All that is held of {name}"),
    "waiting": N_("All that is waiting of {name}"),
}


def _counted(those: Everything) -> Message:
    if those.state == "waiting":
        return _counted_waiting(those)
    if those.state == "held":
        return plural(
            "{count:,} notification is held now. One that is held later is not part of the job.",
            "{count:,} notifications are held now. What is held later is not part of the job.",
            count=those.matched,
        )
    return plural(
        "{count:,} notification is failed now. One that fails later is not part of the job.",
        "{count:,} notifications are failed now. What fails later is not part of the job.",
        count=those.matched,
    )


def _counted_waiting(those: Everything) -> Message:
    if those.at_least:
        return Message(
            "At least {count:,} notifications are waiting now: only the oldest were looked at. The job takes all that "
            "were accepted in the last 92 days; what is accepted later is not part of it.",
            count=those.matched,
        )
    return plural(
        "{count:,} notification is waiting now that was accepted in the last 92 days. One that is accepted later is "
        "not part of the job.",
        "{count:,} notifications are waiting now that were accepted in the last 92 days. What is accepted later is not "
        "part of the job.",
        count=those.matched,
    )


def _choice(action: str, those: Everything, chosen: str) -> dict[str, Any]:
    return {
        "value": action,
        "text": command(action, those.matched, at_least=those.at_least),
        "consequence": consequence_of(action),
        "checked": action == chosen,
    }


def _duration(count: int) -> Message:
    """How long a redrive at the usual rate takes."""
    seconds = -(-count // RATE)
    if seconds < 2 * _MINUTE:
        return plural(
            "Only for a redrive. At {rate} a second the last one is sent about {count:,} second after the first.",
            "Only for a redrive. At {rate} a second the last one is sent about {count:,} seconds after the first.",
            count=seconds,
            rate=RATE,
        )
    return Message(
        "Only for a redrive. At {rate} a second the last one is sent about {count:,} minutes after the first.",
        count=-(-seconds // _MINUTE),
        rate=RATE,
    )
