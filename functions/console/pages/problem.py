"""Pages that say why there is no other one."""

from console.rendering.page import render, translate
from console.security.session import Session


def not_found(path: str, session: Session | None) -> str:
    """There is no such page."""
    return _problem(path, session, translate("There is no such page"), translate("The address has no page here."))


def refused(path: str, session: Session | None) -> str:
    """A request that no form of the console sends."""
    explanation = translate("The request did not come from this page of the console. Open the page again, then decide.")
    return _problem(path, session, translate("Not done"), explanation)


def read_only(path: str, session: Session | None) -> str:
    """A viewer's key changes nothing."""
    explanation = translate("You are signed in as a viewer, who reads and changes nothing. Ask an operator to do it.")
    return _problem(path, session, translate("Not done"), explanation)


def explained(path: str, session: Session | None, explanation: str) -> str:
    """What Herald refuses, in its own sentence."""
    return _problem(path, session, translate("Not possible"), explanation)


def unavailable(path: str, session: Session | None) -> str:
    """A table does not answer."""
    explanation = translate(
        "Herald's tables do not answer now. Nothing that you typed is lost: go back with your browser, and try again."
    )
    return _problem(path, session, translate("Herald cannot be reached now"), explanation)


def failed(path: str, session: Session | None) -> str:
    """An error of Herald's own."""
    explanation = translate("That is our fault, and the log says more. Go back with your browser, and try again.")
    return _problem(path, session, translate("Something went wrong"), explanation)


def _problem(path: str, session: Session | None, title: str, explanation: str) -> str:
    back = translate("Go to the work list") if session else translate("Sign in")
    return render("error.html", path, session, here="", title=title, explanation=explanation, back=back)
