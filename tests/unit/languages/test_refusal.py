"""Refusals carry messages: no sentence of an API response is a plain text."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from herald.languages.language import Language
from herald.languages.message import Message
from herald.languages.refusal import Refusal

ROOT = Path(__file__).parents[3]
FILES = sorted(path for folder in ("layers/herald/herald", "functions") for path in (ROOT / folder).rglob("*.py"))
MODULES = {  # with the classes of the refusals that the API answers
    "herald.contract.envelope",
    "herald.domain.job",
    "herald.domain.ladder",
    "herald.domain.partner",
    "herald.domain.transitions",
    "herald.runtime.caller",
    "herald.store.indexes.page_token",
    "operator_api.errors",
    "orders.app",
}


def refusals() -> set[str]:
    for module in MODULES:
        import_module(module)
    found = [*Refusal.__subclasses__()]
    for one in found:
        found += one.__subclasses__()
    return {one.__name__ for one in found}


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node


def test_a_refusal_reads_as_its_english_sentence() -> None:
    refusal = Refusal(Message("at most {limit} bytes", limit=5))

    assert str(refusal) == "at most 5 bytes"
    assert refusal.message.in_language(Language.ENGLISH) == "at most 5 bytes"


def test_every_class_of_refusal_is_known_here() -> None:
    defined = {
        node.name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "Refusal" for base in node.bases)
    }
    assert defined >= {"ApiRefusal", "EnvelopeRefused", "MalformedCursor", "RoleRefused", "TransitionRefused"}
    assert defined <= refusals()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_refusal_is_a_plain_text(path: Path) -> None:
    answering = {*refusals(), "error_response"}
    plain = [
        ast.unparse(call)
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id in answering
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(argument, ast.JoinedStr)
        or (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
    ]
    assert plain == []
