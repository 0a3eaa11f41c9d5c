"""Texts from outside that take no more than so many bytes of a page, whatever is in them."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from markupsafe import escape

from herald.runtime.visible import visible


def shown_within(text: str, size: int, show: Callable[[str], str] = visible) -> str:
    """The beginning of a text that takes at most `size` bytes in the HTML, and `…` where more follows.

    `show` makes invisible characters visible, one by one. Counted is what it makes of them, escaped for HTML: a control
    character or a quotation mark takes several bytes.
    """
    beginning = text[:size]
    if len(text) <= size and size_in_html(show(text)) <= size:
        return show(text)
    sizes = [*accumulate(size_in_html(show(one)) for one in beginning)]
    return show(beginning[: bisect_right(sizes, size)]) + "…"


def size_in_html(text: str) -> int:
    """The bytes that a text takes in the HTML of a page."""
    return len(str(escape(text)).encode())
