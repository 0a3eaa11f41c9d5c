"""Pages that keep a form which could not be handled, and send it again."""

from collections.abc import Mapping
from typing import Final

from console.pages.sign_in import kept_fields, own_path
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.request import Form, Request
from console.security.session import Session
from herald.languages.catalogue import N_

_SHOWN: Final = 500  # characters of a field that are shown; all of them are sent
_LABELS: Final = {  # of what people type; the other fields are sent again and not shown
    "reason": N_("Reason"),
    "partnerId": N_("Number"),
    "name": N_("Name"),
    "contact": N_("Contact"),
    "url": N_("Proposed address"),
    "ladder": N_("Ladder"),
    "perSecond": N_("How many a second"),
    "timeout": N_("Seconds for one attempt"),
    "ratePerSecond": N_("Attempts a second at most"),
    "concurrency": N_("Attempts at once at most"),
    "headerName": N_("Name of the header"),
    "partners": N_("Partners"),
    "cidrs": N_("Networks"),
    "expires": N_("Ends"),
}


def continue_page(session: Session, action: str, form: Form) -> str:
    """Asks whether to send the form now that an ended session interrupted. It carries the token of the new session."""
    texts = {
        "title": translate("You are signed in again"),
        "explanation": translate(
            "Your session had ended while you filled in a form. Nothing has been changed yet. What you typed is kept:"
        ),
        "button": translate("Send it now"),
    }
    return _page(texts, own_path(action), session, session.form_token, form)


def retry_page(session: Session | None, request: Request) -> str:
    """The tables did not answer, so the form may be sent again, with the token that it had."""
    texts = {
        "title": translate("Herald cannot be reached now"),
        "explanation": translate(
            "Herald's tables do not answer now. Look whether it was done before you send it again. "
            "What you typed is kept:"
        ),
        "button": translate("Send it again"),
    }
    return _page(texts, request.path, session, request.form.get("token"), request.form)


def _page(texts: Mapping[str, str], action: str, session: Session | None, token: str, form: Form) -> str:
    kept = [{"name": name, "value": value} for name, value in kept_fields(form)]
    content = {"here": "", "action": action, "token": token, "kept": kept, "typed": _typed(form)}
    return render("continue.html", action, session, **texts, **content)


def _typed(form: Form) -> list[tuple[str, str]]:
    """What a person typed, by the labels of the fields."""
    fields = [(name, value) for name, value in kept_fields(form) if name in _LABELS and value]
    return [(translate(_LABELS[name]), shown(value, _SHOWN)) for name, value in fields]
