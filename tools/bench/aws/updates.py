"""Update expressions on top-level attributes, compiled once for each text."""

from collections.abc import Callable
from functools import cache

from tools.bench.aws.conditions import Operand, Scope, Tokens, UnknownExpression, attribute, operand
from tools.bench.aws.values import Item, Value, number, plain

type Change = Callable[[Scope, Item], None]  # what is read is of the scope's item, what is written goes into the other


def updated(text: str, scope: Scope) -> Item:
    """The item after the update. Raises `UnknownExpression`."""
    item = dict(scope.item)
    for change in _compiled(text):
        change(scope, item)
    return item


@cache
def _compiled(text: str) -> list[Change]:
    tokens = Tokens(text)
    changes: list[Change] = []
    while tokens.next:
        verb = tokens.take()
        if verb not in _CLAUSES:
            raise UnknownExpression(text)
        changes.append(_CLAUSES[verb](tokens))
        while tokens.takes(","):
            changes.append(_CLAUSES[verb](tokens))
    return changes


def _set(tokens: Tokens) -> Change:
    name = attribute(tokens.take())
    tokens.take("=")
    value = _sum(tokens)

    def change(scope: Scope, item: Item) -> None:
        item[name(scope)] = value(scope)

    return change


def _remove(tokens: Tokens) -> Change:
    name = attribute(tokens.take())

    def change(scope: Scope, item: Item) -> None:
        item.pop(name(scope), None)

    return change


def _add(tokens: Tokens) -> Change:
    name, value = attribute(tokens.take()), _present(operand(tokens))

    def change(scope: Scope, item: Item) -> None:
        before, more = scope.item.get(name(scope)), value(scope)
        item[name(scope)] = more if before is None else _added(before, more)

    return change


_CLAUSES: dict[str, Callable[[Tokens], Change]] = {"SET": _set, "REMOVE": _remove, "ADD": _add}


def _added(before: Value, more: Value) -> Value:
    if "SS" in more:
        return {"SS": sorted({*before["SS"], *more["SS"]})}
    return number(plain(before) + plain(more))


def _sum(tokens: Tokens) -> Callable[[Scope], Value]:
    left = _value(tokens)
    if tokens.next not in {"+", "-"}:
        return left
    sign = 1 if tokens.take() == "+" else -1
    right = _value(tokens)
    return lambda scope: number(plain(left(scope)) + sign * plain(right(scope)))


def _value(tokens: Tokens) -> Callable[[Scope], Value]:
    if tokens.next not in {"if_not_exists", "list_append"}:
        return _present(operand(tokens))
    function = tokens.take()
    tokens.take("(")
    first = operand(tokens) if function == "if_not_exists" else _value(tokens)
    tokens.take(",")
    second = _value(tokens)
    tokens.take(")")
    if function == "if_not_exists":
        return lambda scope: first(scope) or second(scope)
    return lambda scope: {"L": [*_present(first)(scope)["L"], *second(scope)["L"]]}


def _present(value: Operand) -> Callable[[Scope], Value]:
    def read(scope: Scope) -> Value:
        found = value(scope)
        if found is None:
            raise UnknownExpression("the expression refers to an attribute that does not exist in the item")
        return found

    return read
