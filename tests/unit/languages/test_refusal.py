"""Refusals carry messages: no sentence of an API response is a plain text."""

import ast
from itertools import chain
from pathlib import Path

from herald.languages.language import Language
from herald.languages.message import Message
from herald.languages.refusal import Refusal

ROOT = Path(__file__).parents[3]
FILES = [path for folder in ("layers/herald/herald", "functions") for path in (ROOT / folder).rglob("*.py")]
NODES = [*chain.from_iterable(ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for path in FILES)]
REFUSALS = {
    node.name
    for node in NODES
    if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "Refusal" for base in node.bases)
}


def is_plain_text(argument: ast.expr) -> bool:
    return isinstance(argument, ast.JoinedStr) or (
        isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def test_a_refusal_reads_as_its_english_sentence() -> None:
    refusal = Refusal(Message("at most {limit} bytes", limit=5))

    assert str(refusal) == "at most 5 bytes"
    assert refusal.message.in_language(Language.ENGLISH) == "at most 5 bytes"


def test_what_the_api_refuses_is_a_refusal() -> None:
    assert {
        *("ApiRefusal", "EnvelopeRefused", "EnvelopeTooLarge", "JobRefused", "MalformedCursor", "MalformedId"),
        *("MalformedLadder", "NotStrictJson", "OrderIdRefused", "ReviewRefused", "RoleRefused", "TransitionRefused"),
    } <= REFUSALS


def test_no_refusal_is_a_plain_text() -> None:
    calls = [node for node in NODES if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    answering = [call for call in calls if getattr(call.func, "id", "") in {*REFUSALS, "Refusal", "error_response"}]

    assert len(answering) > 40
    assert [ast.unparse(call) for call in answering if any(map(is_plain_text, call.args))] == []
