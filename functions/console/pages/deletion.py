"""The page before a deletion on request: what will go, how much of it, and that it does not come back."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from console.rendering.forms import GENERAL, RefusedForm, form_view
from console.rendering.page import render, translate
from console.security.session import Session

NAME = "delete"  # of the form


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is to be deleted. `path` is the page's own, to which the form is sent, `back` the page before it."""

    title: str
    consequences: list[str]
    path: str
    back: str
    still_open: str = ""  # what is still to be done, which a tick cancels; empty where nothing is


def deletion_page(
    session: Session, subject: Subject, *, refused: RefusedForm | None = None, notice: str | None = None
) -> str:
    """The page; where the form was refused, with what was typed and each problem beside its field."""
    return render("delete.html", subject.path, session, subject=subject, form=form_view(NAME, refused), notice=notice)


def with_tick(refused: RefusedForm, status: HTTPStatus, *, ticked: bool) -> RefusedForm:
    """The form with the console's own sentence at the tick, where it was refused for want of it."""
    if status is not HTTPStatus.CONFLICT or ticked or GENERAL not in refused.problems:
        return refused
    sentence = translate("Something is still to be done: settle it first, or tick the box, which cancels it.")
    return replace(refused, problems={"force": sentence})
