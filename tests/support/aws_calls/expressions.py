"""DynamoDB's rules for expressions: length, operators, reserved words, placeholders (its page "Constraints")."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.support.aws_calls.items import Item, of_keys, of_value, size_of_value
from tests.support.aws_calls.tables import Keys

LONGEST = 4_096  # bytes of one expression
_OPERATORS, _OPERANDS_OF_IN = 300, 100
_LONGEST_PLACEHOLDER, _ALL_VALUES = 255, 2_097_152  # bytes
EXPRESSIONS = (
    "KeyConditionExpression",
    "FilterExpression",
    "ConditionExpression",
    "UpdateExpression",
    "ProjectionExpression",
)
_WORDS = {
    "KeyConditionExpression": {"AND", "BETWEEN"},
    "FilterExpression": {"AND", "OR", "NOT", "BETWEEN", "IN"},
    "ConditionExpression": {"AND", "OR", "NOT", "BETWEEN", "IN"},
    "UpdateExpression": {"SET", "REMOVE", "ADD", "DELETE"},
    "ProjectionExpression": set[str](),
}
_FUNCTIONS = {
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
    "if_not_exists",
    "list_append",
}
_TOKEN = re.compile(r"[#:]?[A-Za-z0-9_]+|<=|>=|<>|[-=<>+(),.\[\]]|\S")
_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD|DELETE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expressions:
    """The expressions of one request, by the member that holds each, and what their placeholders stand for."""

    texts: Mapping[str, str]
    names: Mapping[str, str]
    values: Item

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> "Expressions":
        return cls(
            {one: request[one] for one in EXPRESSIONS if one in request},
            request.get("ExpressionAttributeNames", {}),
            request.get("ExpressionAttributeValues", {}),
        )

    def name(self, token: str) -> str:
        """The attribute that a token of an expression means."""
        return self.names.get(token, token)


def faults(request: Mapping[str, Any], keys: Keys | None) -> Iterator[str]:
    """Each rule that the request's expressions do not meet."""
    all_of_it = Expressions.of(request)
    for kind, text in all_of_it.texts.items():
        yield from (f"{kind}: {fault}" for fault in _of_text(kind, text))
    yield from _of_placeholders(all_of_it, request)
    if keys is not None and "UpdateExpression" in all_of_it.texts:
        yield from _of_update(all_of_it, keys)
    if keys is not None and "FilterExpression" in all_of_it.texts and "KeyConditionExpression" in all_of_it.texts:
        used = {all_of_it.name(token) for token in tokens(all_of_it.texts["FilterExpression"])}
        of_index = keys.indexes.get(str(request.get("IndexName")), keys.table)
        yield from (f"a filter of a query must not name the key {key}" for key in of_index if key in used)


@cache
def tokens(text: str) -> tuple[str, ...]:
    """Names, placeholders, operators and marks."""
    return tuple(_TOKEN.findall(text))


def named_attributes(request: Mapping[str, Any]) -> set[str]:
    """The top-level attributes that the request's expressions name."""
    all_of_it = Expressions.of(request)
    return {
        all_of_it.name(token) for kind, text in all_of_it.texts.items() for token in _attributes(kind, tokens(text))
    }


def _attributes(kind: str, found: tuple[str, ...]) -> Iterator[str]:
    """The names and their placeholders, without words, functions and what follows a dot."""
    for before, token in zip(["", *found], found, strict=False):
        is_name = re.fullmatch(r"#?\w+", token) and not token.isdigit()
        if is_name and token not in _FUNCTIONS and token.upper() not in _WORDS[kind] and before != ".":
            yield token


@cache  # expressions are few, requests many
def _of_text(kind: str, text: str) -> tuple[str, ...]:
    return tuple(_faults_of_text(kind, text))


def _faults_of_text(kind: str, text: str) -> Iterator[str]:
    if not 1 <= len(text.encode()) <= LONGEST:
        yield f"has {len(text.encode())} bytes, not from 1 to {LONGEST}"
    found = tokens(text)
    if (count := _operators(kind, found)) > _OPERATORS:
        yield f"has {count} operators and functions, more than {_OPERATORS}"
    for operands in re.findall(r"\bIN\s*\(([^)]*)\)", text, re.IGNORECASE):
        if operands.count(",") >= _OPERANDS_OF_IN:
            yield f"IN has more than {_OPERANDS_OF_IN} operands"
    yield from _of_words(kind, found)


def _of_words(kind: str, found: tuple[str, ...]) -> Iterator[str]:
    """No reserved word and nothing that begins with a digit may name an attribute without a placeholder."""
    for token, following in zip(found, [*found[1:], ""], strict=True):
        if not re.fullmatch(r"\w+", token) or token.upper() in _WORDS[kind]:
            continue
        if following == "(" and token in _FUNCTIONS:
            continue
        if token.upper() in reserved_words():
            yield f"{token} is a reserved word"
        if token[0].isdigit() and not token.isdigit():
            yield f"{token} begins with a digit"


@cache
def reserved_words() -> frozenset[str]:
    """The words that DynamoDB's page "Reserved words" lists, in capitals."""
    from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords  # noqa: PLC0415 - moto takes a second

    return frozenset(ReservedKeywords.get_reserved_keywords())


def _operators(kind: str, found: tuple[str, ...]) -> int:
    if kind == "UpdateExpression":  # "SET a = :val1 + :val2 + :val3 contains two operators"
        return sum(token in {"+", "-"} or token in _FUNCTIONS for token in found)
    words = {"AND", "OR", "NOT", "BETWEEN", "IN"}
    return sum(
        token in _FUNCTIONS or token.upper() in words or token in {"=", "<>", "<", "<=", ">", ">="} for token in found
    )


def _of_placeholders(those: Expressions, request: Mapping[str, Any]) -> Iterator[str]:
    used = {token for text in those.texts.values() for token in tokens(text) if token[0] in "#:"}
    defined = {*those.names, *those.values}
    yield from (f"{one} is defined and not used" for one in sorted(defined - used))
    yield from (f"{one} is used and not defined" for one in sorted(used - defined))
    yield from (f"{one[:20]}… is too long" for one in defined if len(one.encode()) > _LONGEST_PLACEHOLDER)
    for empty in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if request.get(empty) == {}:
            yield f"{empty} is empty"
    for name, value in those.values.items():
        yield from of_value(value, name)
    if sum(map(size_of_value, those.values.values())) > _ALL_VALUES:
        yield f"the values have more than {_ALL_VALUES} bytes"


def _of_update(those: Expressions, keys: Keys) -> Iterator[str]:
    """No key of the table is changed, no attribute twice, and what an index finds an item by stays a key."""
    changed = [those.name(path) for path, _ in _changes(those.texts["UpdateExpression"])]
    yield from (f"{name} is a key of the table: it cannot be changed" for name in keys.table if name in changed)
    yield from (f"{name} is changed twice" for name in sorted({one for one in changed if changed.count(one) > 1}))
    for path, operand in _changes(those.texts["UpdateExpression"]):
        if operand in those.values:
            yield from of_keys({those.name(path): those.values[operand]}, keys)


@cache
def _changes(text: str) -> tuple[tuple[str, str], ...]:
    """Each path that an update changes, and its operand, which is empty for a REMOVE."""
    return tuple(_each_change(text))


def _each_change(text: str) -> Iterator[tuple[str, str]]:
    parts = _CLAUSE.split(text)
    for clause, body in zip(parts[1::2], parts[2::2], strict=True):
        for action in re.split(r",(?![^(]*\))", body):
            words = action.replace("=", " ", 1).split(None, 1)
            if words:
                operand = words[1].strip() if len(words) > 1 else ""
                yield words[0], operand if clause.upper() in {"SET", "ADD"} else ""
