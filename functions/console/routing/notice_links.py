"""Addresses that make a page say what was done, where nothing that is stored shows it: signed by the session.

Without the signature any link could announce what did not happen.
"""

from typing import Final

from console.rendering.links import address
from console.request import Form
from console.security.session import Session

_SIGNATURE: Final = "signature"


def notice_link(session: Session, path: str, *, done: str, count: int | None = None, **query: object) -> str:
    """The address of a page that says what was done, and to how many."""
    signature = session.sign(_text(path, done, "" if count is None else str(count)))
    return address(path, **query, done=done, count=count, **{_SIGNATURE: signature})


def is_noticed(session: Session, path: str, query: Form) -> bool:
    """Whether `done` and `count` of the query are those of an address that `notice_link` made in this session."""
    text = _text(path, query.get("done"), query.get("count"))
    return session.is_signed(text, query.get(_SIGNATURE))


def _text(path: str, done: str, count: str) -> str:
    return address(path, done=done, count=count)
