"""The page at which people sign in, and the one at which they go on with a form that an ended session interrupted."""

from collections.abc import Iterable
from typing import Final

from console.rendering.page import render, translate
from console.request import Form
from console.security.session import Session

PATH: Final = "/console/sign-in"
_OURS: Final = frozenset({"token", "key", "back"})


def sign_in_page(back: str, kept: Iterable[tuple[str, str]] = (), problem: str | None = None) -> str:
    """The page. `back` is where the person goes next; `kept` are the fields of the form that was interrupted."""
    return render("sign_in.html", PATH, None, back=own_path(back), kept=[*kept], problem=problem)


def continue_page(session: Session, action: str, form: Form) -> str:
    """Asks whether to send the interrupted form now. It carries the token of the new session."""
    return render("continue.html", PATH, session, action=own_path(action), kept=kept_fields(form))


def kept_fields(form: Form) -> list[tuple[str, str]]:
    """The fields of a form that are sent again after signing in."""
    return [(name, value) for name, value in form.fields if name not in _OURS]


def own_path(path: str) -> str:
    """The path if it is one of the console, else the first page: no link leads to another site."""
    within = path == "/console" or path.startswith(("/console/", "/console?"))
    return path if within and "\\" not in path and "//" not in path and path.isprintable() else "/console"


def ended_session() -> str:
    """The sentence for a person whose session is over."""
    return translate("Your session has ended: sign in again to go on where you were.")
