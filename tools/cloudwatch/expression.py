"""Metric math, as far as the dashboards use it: + - * / on lines, numbers, and FILL."""

import ast
import operator
from collections.abc import Callable, Mapping

from tools.cloudwatch.measurements import Point

type Line = dict[float, float]  # value by second

_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right if right else float("nan"),
}


class UnknownExpression(ValueError):
    """An expression that this renderer does not know."""


def evaluate(expression: str, lines: Mapping[str, list[Point]]) -> list[Point]:
    """The line that the expression makes of others by their ids. Raises `UnknownExpression`."""
    moments = sorted({moment for points in lines.values() for moment, _ in points})
    found = _value(
        ast.parse(expression, mode="eval").body, {name: dict(points) for name, points in lines.items()}, moments
    )
    line = found if isinstance(found, dict) else dict.fromkeys(moments, found)
    return [(moment, value) for moment, value in sorted(line.items()) if value == value]  # noqa: PLR0124 - not NaN


def _value(node: ast.expr, lines: Mapping[str, Line], moments: list[float]) -> Line | float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in lines:
            return lines[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _combine(_OPERATORS[type(op)], _value(left, lines, moments), _value(right, lines, moments))
        case ast.Call(func=ast.Name(id="FILL"), args=[line, ast.Constant(value=int() | float() as number)]):
            found = _value(line, lines, moments)
            return (
                {moment: found.get(moment, float(number)) for moment in moments} if isinstance(found, dict) else found
            )
    raise UnknownExpression(ast.unparse(node))


def _combine(op: Callable[[float, float], float], left: Line | float, right: Line | float) -> Line | float:
    if isinstance(left, dict) and isinstance(right, dict):
        return {moment: op(left[moment], right[moment]) for moment in left if moment in right}
    if isinstance(left, dict):
        return {moment: op(value, right) for moment, value in left.items()}  # type: ignore[arg-type] # a number
    if isinstance(right, dict):
        return {moment: op(left, value) for moment, value in right.items()}
    return op(left, right)
