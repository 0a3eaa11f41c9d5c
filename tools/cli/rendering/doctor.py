"""What the doctor found, for people."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType

from herald.languages.message import Message
from tools.common.sentence import told
from tools.common.text import Text, padded
from tools.doctor.finding import Finding, Status

_MARKS = {Status.OK: ("✓", "green"), Status.WARNING: ("•", "yellow"), Status.FAILED: ("✗", "red")}


def doctor_page(findings: Sequence[Finding]) -> RenderableType:
    """A line for each check, and below it the remedy where it is not ok."""
    return Group(*(line for finding in findings for line in _lines(finding)))


def _lines(finding: Finding) -> Iterator[Text]:
    mark, style = _MARKS[finding.health]
    yield Text.assemble((mark, style), f" {padded(Message(finding.what), 11)}", finding.seen)
    if told(finding.remedy):
        yield Text.assemble("             → ", finding.remedy, style=style)
