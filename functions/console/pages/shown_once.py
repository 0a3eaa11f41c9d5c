"""The page that shows a new secret or key, this once."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.rendering.page import render
from console.security.session import Session


@dataclass(frozen=True, slots=True)
class Credential:
    """A new secret or key, and what it is for. `name` is the id of its field."""

    name: str
    label: str
    value: str
    purpose: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The link that leads on."""

    href: str
    text: str


def shown_once_page(session: Session, path: str, title: str, those: Sequence[Credential], next_step: NextStep) -> str:
    """The page. Its HTML has the secrets: the response must be `no-store`, and nothing may log it."""
    return render("shown_once.html", path, session, title=title, credentials=those, next_step=next_step)
