"""Logs Insights queries, as far as the dashboards use them: filter by equality, count by a field, the largest first.

`fields coalesce(a, b) as c` names the first of them that an entry has.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_EQUAL = re.compile(r"(\w+)\s*(!=|=)\s*['\"]([^'\"]*)['\"]")
_STATS = re.compile(r"count\(\*\) as (\w+).*? by (.+)", re.DOTALL)
_COALESCE = re.compile(r"coalesce\(([^)]*)\) as (\w+)")
_SOURCE = re.compile(r"^\s*SOURCE\s+.*?\|", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Table:
    """The answer of a query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def answer(query: str, lines: Iterable[str]) -> Table:
    """What the query finds in these log lines. What of it is not known here is passed over."""
    conditions, by, count, limit, named = [], ["message"], "count", 10, dict[str, list[str]]()
    for step in _SOURCE.sub("", query).split("|"):
        verb, _, rest = step.strip().partition(" ")
        if verb == "fields":
            named |= {name: [one.strip() for one in those.split(",")] for those, name in _COALESCE.findall(rest)}
        elif verb == "filter":
            conditions += _EQUAL.findall(rest)
        elif verb == "stats" and (stats := _STATS.search(rest)):
            count, by = stats[1], [name.strip() for name in stats[2].split(",")]
        elif verb == "limit":
            limit = int(rest)
    found = (entry for entry in map(_entry, lines) if entry and _holds(entry, conditions))
    counted = Counter(tuple(_value(entry, named.get(name, [name])) for name in by) for entry in found)
    return Table((*by, count), tuple((*key, str(number)) for key, number in counted.most_common(limit)))


def _value(entry: Mapping[str, Any], names: Iterable[str]) -> str:
    return str(next((entry[name] for name in names if name in entry), ""))


def _entry(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _holds(entry: Mapping[str, Any], conditions: Iterable[tuple[str, str, str]]) -> bool:
    return all((str(entry.get(name)) == value) == (sign == "=") for name, sign, value in conditions)
