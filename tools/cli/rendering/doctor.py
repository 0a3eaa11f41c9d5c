"""What the doctor found, for people."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType

from tools.common.text import Text

type Json = dict[str, Any]

_MARKS = {"well": ("✓", "green"), "watch": ("•", "yellow"), "ill": ("✗", "red")}


def doctor_page(response: Json) -> RenderableType:
    """A line for each check, and below it the remedy where it is not ok."""
    return Group(*(line for finding in response["findings"] for line in _finding(finding)))


def _finding(finding: Json) -> Iterator[Text]:
    mark, style = _MARKS[finding["health"]]
    yield Text.assemble((mark, style), f" {finding['what']:<10} {finding['seen']}")
    if finding["remedy"]:
        yield Text(f"             → {finding['remedy']}", style=style)
