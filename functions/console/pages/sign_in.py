"""The page at which people sign in."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from console.rendering.links import address
from console.rendering.page import render, translate
from console.request import Form
from console.security.session import Session

PATH: Final = "/console/sign-in"
START: Final = "/console/sign-in/start"  # leads to the provider
LEFT_OUT: Final = "leftOut"  # the field that names a secret which was typed and not kept
_OURS: Final = frozenset({"token", "key", "back", "interrupted"})
_SECRETS: Final = frozenset({"headerValue", "webhookSecret"})  # typed once more, so that no page has them


def sign_in_page(
    back: str,
    kept: Iterable[tuple[str, str]] = (),
    problem: str | None = None,
    *,
    interrupted: bool = False,
    provider: str = "",
) -> str:
    """The page. `back` is where the person goes next.

    `interrupted`: that was the action of a form, of which `kept` are the fields. `provider`: the host where people sign
    in; without one they sign in with their keys.
    """
    values: dict[str, Any] = {"back": own_path(back), "kept": [*kept], "interrupted": interrupted, "problem": problem}
    if interrupted:
        values["here"] = ""  # another page would lose what was typed
    if provider:
        return render("sign_in_provider.html", PATH, None, **values, **_links(values), provider=provider)
    return render("sign_in.html", PATH, None, **values)


def signed_in_page(session: Session, back: str) -> str:
    """Leads on to `back` after a sign-in by the provider.

    A redirect would not do: it would still belong to the navigation that a page of the provider began, and with that a
    browser does not send the session's cookie, which is `SameSite=Strict`. With what this page begins, it does.
    """
    path = own_path(back)
    return render(
        "onward.html", PATH, session, title=translate("You are signed in"), onward="" if path == PATH else path
    )


def onward_page(address: str) -> str:
    """Leads on to the page that a link of another site named, for the same reason: it came without the cookie."""
    return render("onward.html", PATH, None, title=translate("One moment"), onward=own_path(address))


def kept_fields(form: Form) -> list[tuple[str, str]]:
    """The fields of a form that are sent again after signing in.

    In place of a secret that was typed stands its name, by which the reader of the form knows that it is missing.
    """
    kept = [(name, value) for name, value in form.fields if name not in _OURS | _SECRETS]
    return kept + [(LEFT_OUT, name) for name in sorted(_SECRETS) if form.get(name)]


def own_path(path: str) -> str:
    """The path if it is one of the console, else the first page: no link leads to another site."""
    without_query = path.partition("?")[0]
    within = without_query == "/console" or without_query.startswith("/console/")
    is_plain = "//" not in without_query and "\\" not in path and path.isprintable()
    return path if within and is_plain else "/console"


def ended_session() -> str:
    """The sentence for a person whose session is over."""
    return translate("Your session has ended: sign in again to go on where you were.")


def _links(values: Mapping[str, Any]) -> dict[str, str]:
    """To the provider. Who was interrupted signs in in another tab, which then leads back to nothing but its end."""
    back = PATH if values["interrupted"] else values["back"]
    return {"start": address(START, back=back), "start_afresh": address(START, back=back, afresh="true")}
