"""The forms of a page as a browser would send them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import override


@dataclass
class ShownForm:
    """Where it is sent, and what is in its fields: an unchecked box sends nothing, and no button is pressed."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, typed: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
        """The fields with these in place of what stood there; a sequence is sent as several of one name."""
        kept = [(name, value) for name, value in self.fields if name not in typed]
        given = [(name, [value] if isinstance(value, str) else value) for name, value in typed.items()]
        return [*kept, *((name, one) for name, values in given for one in values)]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[ShownForm] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(ShownForm(attributes["action"]))
        elif tag == "input" and "name" in attributes and self.found:
            is_box = attributes.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in attributes:
                self.found[-1].fields.append((attributes["name"], attributes.get("value", "")))


def form_to(html: str, action: str) -> ShownForm:
    """The first form of the page that is sent there."""
    parser = _Forms()
    parser.feed(html)
    return next(form for form in parser.found if form.action == action)
