"""CloudWatch Logs Insights queries: known commands in a valid form, known functions, log groups of the stack.

After "CloudWatch Logs Insights language query syntax"; no more of the grammar than the dashboards use.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.support.aws_template.stack import Resources

_LONGEST = 10_000  # characters
_GROUPS = 50
_MOST_ROWS = 10_000
_AGGREGATES = {"avg", "count", "count_distinct", "max", "min", "pct", "stddev", "sum", "earliest", "latest"}
_FUNCTIONS = _AGGREGATES | {
    "abs",
    "ceil",
    "floor",
    "greatest",
    "least",
    "log",
    "sqrt",
    "bin",
    "datefloor",
    "dateceil",
    "fromMillis",
    "toMillis",
    "ispresent",
    "coalesce",
    "isempty",
    "isblank",
    "concat",
    "ltrim",
    "rtrim",
    "trim",
    "strlen",
    "toupper",
    "tolower",
    "substr",
    "replace",
    "strcontains",
    "isValidIp",
    "jsonParse",
    "jsonStringify",
}
_OPERATORS = {"=", "!=", "<", "<=", ">", ">=", "like", "in", "=~"}
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|/(?:[^/\\]|\\.)+/|[@A-Za-z_][\w.@]*|\d+(?:\.\d+)?[smhd]?|<=|>=|!=|=~|\S")
_NAME = re.compile(r"[@A-Za-z_][\w.@]*")
_WORDS = {"and", "or", "not", "as", "by", "in", "like", "asc", "desc"}


def faults(query: str, resources: Resources) -> Iterator[str]:
    """Each mistake of the query."""
    if not 1 <= len(query) <= _LONGEST:
        yield f"has a query of {len(query)} characters, not from 1 to {_LONGEST}"
        return
    commands = [_TOKEN.findall(part) for part in _parts(query)]
    sources = [command for command in commands if command[:1] == ["SOURCE"]]
    if not 1 <= len(sources) <= _GROUPS:
        yield f"queries {len(sources)} log groups, not 1 to {_GROUPS}"
    made: set[str] = set()  # after statistics only their own fields are left
    for command in commands:
        yield from _of_command(command, resources, made)
        made |= _made_by(command)


def _parts(query: str) -> list[str]:
    """The commands, cut at each bar outside of quotes and slashes."""
    return re.findall(r"(?:'[^']*'|\"[^\"]*\"|/(?:[^/\\]|\\.)+/|[^|])+", query)


def _of_command(command: list[str], resources: Resources, made: set[str]) -> Iterator[str]:
    words, rest = " ".join(command), command[1:]
    yield from (f"calls {name} in `{words}`, which is no function" for name in _called(rest) if name not in _FUNCTIONS)
    if rest.count("(") != rest.count(")"):
        yield f"has parentheses that do not match in `{words}`"
    if not _can_be_read(command):
        yield f"has a command that cannot be read: `{words}`"
    elif command[0] == "SOURCE" and command[1].strip("'\"") not in _groups(resources):
        yield f"queries the log group {command[1]}, which the stack does not have"
    elif command[0] == "sort" and made and command[1] not in made:
        yield f"sorts by {command[1]}, which the statistics do not return"


def _can_be_read(command: list[str]) -> bool:
    match command:
        case ["SOURCE", _] | ["sort", _] | ["sort", _, "asc" | "desc"] | ["parse", _, _, *_]:
            return True
        case ["fields" | "display" | "dedup", _, *_]:
            return True
        case ["filter", *condition]:
            return bool(_OPERATORS & {one.lower() for one in condition} or _called(condition))
        case ["stats", *rest]:
            return bool(_AGGREGATES & set(_called(rest)))
        case ["limit", number]:
            return number.isdigit() and 1 <= int(number) <= _MOST_ROWS
    return False


def _called(tokens: list[str]) -> list[str]:
    return [
        one for one, following in pairwise(tokens) if following == "(" and _NAME.fullmatch(one) and one not in _WORDS
    ]


def _made_by(command: list[str]) -> set[str]:
    """The fields after `stats`: its aliases and what it groups by."""
    if command[:1] != ["stats"]:
        return set()
    by = command.index("by") if "by" in command else len(command)
    aliases = {following for one, following in pairwise(command) if one == "as"}
    return aliases | {one for one in command[by + 1 :] if _NAME.fullmatch(one)}


def _groups(resources: Resources) -> set[str]:
    return {one["Properties"]["LogGroupName"] for one in resources.values() if one["Type"] == "AWS::Logs::LogGroup"}
