"""Tables of a Markdown document."""

import re
from itertools import takewhile


def rows(document: str, heading: str) -> list[list[str]]:
    """The rows of the Markdown table whose heading row starts so, each as its cells."""
    lines = document[document.index(heading) :].splitlines()[2:]
    table = takewhile(lambda line: line.startswith("|"), lines)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def code(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)
