"""Condition and filter expressions on top-level attributes, compiled once for each text."""

import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from tools.bench.aws.values import Item, Value, plain

_TOKEN = re.compile(r"\s*(:\w+|#?[A-Za-z_]\w*|<>|<=|>=|[=<>(),+-])")
_COMPARE: Mapping[str, Callable[..., bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class UnknownExpression(ValueError):
    """The expression is none that this DynamoDB understands."""


class Scope(NamedTuple):
    """What an expression is evaluated on: the item, and the names and values that the request gives."""

    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Value]


type Operand = Callable[[Scope], Value | None]
type Test = Callable[[Scope], bool]


class Tokens:
    """The words and signs of an expression, read one after the other."""

    def __init__(self, text: str) -> None:
        self._left = _TOKEN.findall(text)[::-1]
        if "".join(_TOKEN.findall(text)) != re.sub(r"\s", "", text):
            raise UnknownExpression(text)

    @property
    def next(self) -> str:
        """The next one, which stays; empty at the end."""
        return self._left[-1] if self._left else ""

    def take(self, expected: str = "") -> str:
        """Takes the next one. Raises `UnknownExpression` where another one is expected."""
        if not self._left or (expected and self.next != expected):
            raise UnknownExpression(f"{expected or 'more'} expected before {self.next!r}")
        return str(self._left.pop())

    def takes(self, wanted: str) -> bool:
        """Takes the next one if it is the wanted one."""
        if self.next != wanted:
            return False
        self._left.pop()
        return True


@cache
def condition(text: str) -> Test:
    """The test that the text describes. Raises `UnknownExpression`."""
    tokens = Tokens(text)
    test = _any_of(tokens)
    if tokens.next:
        raise UnknownExpression(text)
    return test


def attribute(token: str) -> Callable[[Scope], str]:
    """The name of the attribute that a word stands for."""
    if token.startswith("#"):
        return lambda scope: scope.names[token]
    return lambda _: token


def operand(tokens: Tokens) -> Operand:
    """A value of the request, or an attribute."""
    token = tokens.take()
    if token.startswith(":"):
        return lambda scope: scope.values[token]
    name = attribute(token)
    return lambda scope: scope.item.get(name(scope))


def _any_of(tokens: Tokens) -> Test:
    tests = [_all_of(tokens)]
    while tokens.takes("OR"):
        tests.append(_all_of(tokens))
    return tests[0] if len(tests) == 1 else lambda scope: any(test(scope) for test in tests)


def _all_of(tokens: Tokens) -> Test:
    tests = [_one(tokens)]
    while tokens.takes("AND"):
        tests.append(_one(tokens))
    return tests[0] if len(tests) == 1 else lambda scope: all(test(scope) for test in tests)


def _one(tokens: Tokens) -> Test:
    if tokens.takes("NOT"):
        test = _one(tokens)
        return lambda scope: not test(scope)
    if tokens.takes("("):
        test = _any_of(tokens)
        tokens.take(")")
        return test
    if tokens.next in _FUNCTIONS:
        return _function(tokens)
    return _comparison(tokens)


def _function(tokens: Tokens) -> Test:
    make = _FUNCTIONS[tokens.take()]
    tokens.take("(")
    test = make(tokens)
    tokens.take(")")
    return test


def _exists(tokens: Tokens) -> Test:
    name = attribute(tokens.take())
    return lambda scope: name(scope) in scope.item


def _lacks(tokens: Tokens) -> Test:
    name = attribute(tokens.take())
    return lambda scope: name(scope) not in scope.item


def _begins(tokens: Tokens) -> Test:
    left = operand(tokens)
    tokens.take(",")
    right = operand(tokens)
    return lambda scope: _compared(str.startswith, left(scope), right(scope))


_FUNCTIONS = {"attribute_exists": _exists, "attribute_not_exists": _lacks, "begins_with": _begins}


def _comparison(tokens: Tokens) -> Test:
    left, sign = operand(tokens), tokens.take()
    if sign == "BETWEEN":
        low = operand(tokens)
        tokens.take("AND")
        high = operand(tokens)
        return lambda scope: (
            _compared(operator.ge, left(scope), low(scope)) and _compared(operator.le, left(scope), high(scope))
        )
    if sign not in _COMPARE:
        raise UnknownExpression(sign)
    compare, right = _COMPARE[sign], operand(tokens)
    return lambda scope: _compared(compare, left(scope), right(scope))


def _compared(compare: Callable[..., bool], left: Value | None, right: Value | None) -> bool:
    """An attribute that is missing, or of another type, compares to nothing."""
    return left is not None and right is not None and left.keys() == right.keys() and compare(plain(left), plain(right))
