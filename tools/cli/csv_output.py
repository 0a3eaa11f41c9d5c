"""A list as CSV (RFC 4180), in UTF-8 with a byte-order mark, so that Excel reads it in every locale.

Text may come from outside, and a spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula: an
apostrophe is put before it, as OWASP advises. Numbers of the API stay numbers.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from unicodedata import normalize

from herald.runtime.visible import visible
from tools.cli.output import write_bytes

type Json = dict[str, Any]
type Columns = Sequence[str]  # the API's names of the members; `filter.state` is a member of a member

_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = frozenset("=+-@")
_BEFORE_A_FORMULA = frozenset("\t\r\n")


def write_csv(pages: Iterable[Mapping[str, Any]], columns: Columns) -> None:
    """Writes the column names, then a row for each item, page by page; ends early when nothing can be written.

    Nothing is written when the first page cannot be read.
    """
    beginning = _BYTE_ORDER_MARK + _lines([columns])
    for page in pages:
        rows = ([cell(_member(item, column)) for column in columns] for item in page["items"])
        if not write_bytes((beginning + _lines(rows)).encode()):
            return
        beginning = ""


def cell(value: Any) -> str:  # noqa: ANN401 - a JSON value is of any type
    """The value in one cell: nothing for null, JSON for what is neither text nor a number."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{visible(value)}" if _is_dangerous(value) else visible(value)
    return visible(json.dumps(value, ensure_ascii=False))


def _is_dangerous(text: str) -> bool:
    """Whether a spreadsheet may take it for a formula. Some leave out spaces, some read full-width signs likewise."""
    first = normalize("NFKC", text.lstrip()[:1])
    return first in _FORMULA or text[:1] in _BEFORE_A_FORMULA


def _member(item: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - likewise
    """The item's member; None where there is none."""
    found: Any = item
    for name in column.split("."):
        found = (found or {}).get(name)
    return found


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
