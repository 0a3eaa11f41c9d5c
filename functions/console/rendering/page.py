"""A page of the console as HTML, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment

from console.rendering.assets import asset_path
from console.security.session import Session
from console_templates.environment import TRANSLATIONS, environment
from herald.domain.api_key import Role
from herald.languages.catalogue import FOLDERS, N_
from herald.languages.current import current_language, localized
from herald.languages.language import Language
from herald.languages.message import Message

LANGUAGE_NAMES: Final = {
    Language.ENGLISH: "English",
    Language.TRADITIONAL_CHINESE: "繁體中文",
    Language.SIMPLIFIED_CHINESE: "简体中文",
}
_PAGES: Final = (
    ("/console", N_("Work list")),
    ("/console/search", N_("Search")),
    ("/console/partners", N_("Partners")),
    ("/console/sources", N_("Sources")),
    ("/console/jobs", N_("Jobs")),
    ("/console/keys", N_("Keys")),
    ("/console/today", N_("Today")),
)
_ROLES: Final = {"operator": N_("operator"), "viewer": N_("viewer")}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What every page shows of the session."""

    name: str
    role_name: str
    form_token: str
    may_change: bool  # a viewer sees no form that changes something


class _Current:
    address = ""


def set_address(address: str) -> None:
    """Notes the address of the page that is asked for now, with its query; empty for a form that is submitted."""
    _Current.address = address


def render(template: str, path: str, session: Session | None, **content: Any) -> str:  # noqa: ANN401 - what the template shows
    """The page. `path` is that of the request, for the navigation and the way back.

    Of `content`, `here` is the page to which a change of the language leads; empty where there would be none.
    """
    language = current_language()
    return (
        _environment()
        .get_template(template)
        .render(
            language=language.value,
            languages=[{"tag": tag.value, "name": name} for tag, name in LANGUAGE_NAMES.items()],
            navigation=_navigation(path),
            session=_signed_in(session),
            **{"notice": None, "here": _Current.address or path, **content},
        )
    )


def _signed_in(session: Session | None) -> SignedIn | None:
    if session is None:
        return None
    return SignedIn(
        session.name, translate(_ROLES[session.role]), session.form_token, may_change=session.role == Role.OPERATOR
    )


def _navigation(path: str) -> Sequence[dict[str, object]]:
    nearest = max((href for href, _ in _PAGES if path == href or path.startswith(f"{href}/")), key=len, default="")
    return [{"href": href, "text": translate(text), "current": href == nearest} for href, text in _PAGES]


def translate(template: str, /, **values: object) -> str:
    """The text in the reader's language. In a template it is `_`."""
    return localized(Message(template, **values))


FOLDERS.append(TRANSLATIONS)


@cache
def _environment() -> Environment:
    made = environment()
    made.globals.update(_=translate, asset=asset_path)
    return made
