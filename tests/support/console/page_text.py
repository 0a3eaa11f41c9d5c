"""What a page says and offers, from its HTML."""

import html as entities
import re
from html.parser import HTMLParser
from typing import override

_INVISIBLE = re.compile(r"<(head|style|script)\b.*?</\1>", re.DOTALL)


def text_of(html: str) -> str:
    """The words of the page on one line, also those that only a screen reader has."""
    return " ".join(entities.unescape(re.sub(r"<[^>]*>", " ", _INVISIBLE.sub("", html))).split())


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def elements(html: str, tag: str) -> list[dict[str, str]]:
    """The attributes of each element of this name."""
    parser = _Elements()
    parser.feed(html)
    return [attributes for name, attributes in parser.found if name == tag]


def actions(html: str) -> list[str]:
    """Where the forms of the page's content are sent that change something."""
    frame = {"/console/language", "/console/sign-out"}
    return [
        form["action"]
        for form in elements(html, "form")
        if form.get("method") == "post" and form["action"] not in frame
    ]


def value_of(html: str, name: str) -> str:
    """The value of the first field of this name."""
    return next(field["value"] for field in elements(html, "input") if field.get("name") == name)


def value_at(html: str, element_id: str) -> str:
    """The value of the field with this id, such as that of a secret, which has no name."""
    return next(field["value"] for field in elements(html, "input") if field.get("id") == element_id)
