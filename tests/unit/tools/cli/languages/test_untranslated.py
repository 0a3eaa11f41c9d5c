"""Texts that no catalogue can translate: every template is emptied of its words, and what is left has none.

Only values stay, and those are chosen without English words. So a word that is left stands in the code without
`Message`, `plural` or `N_`.
"""

import json
import re
from collections.abc import Callable
from gettext import NullTranslations
from pathlib import Path
from string import Formatter
from typing import Any, override

import pytest
import requests
import typer.main

from herald.languages import catalogue
from tests.support.docs.herald_commands import COMMANDS, ID, JOB, KEY_ID, api_that_says, run, stub_aws
from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import NOTIFICATION, Herald
from tools.cli.main import app

OUTSIDE = "§"
IN_CHINESE = ("--language", "zh-Hant")
# What is the same in every language: names of the contract, of AWS and of the tests' data, commands, zones.
SAME = {"snNotify", "success", "UTC", "operator", "herald", "KeyTable"}
SAME |= {"describe", "body", "usedQuantity", "orderQuantity", "reQuantity", "sncode"}  # in a payload
_COMMAND = re.compile(r"`?\bherald [a-z][^`\n]*`?")
_OPTION = re.compile(r"--?[a-z][a-z-]*")


class Emptied(NullTranslations):
    """Translates every template to its values."""

    @override
    def gettext(self, message: str) -> str:
        return f"⟦{values(message).replace('{month}', '{number}')}⟧"  # the name of a month is a value in English only

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1)


def values(template: str) -> str:
    fields = [(name, form) for _, name, form, _ in Formatter().parse(template) if name is not None]
    return "".join(f"{{{name}:{form}}}" if form else f"{{{name}}}" for name, form in fields)


@pytest.fixture(autouse=True)
def _emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_catalogue", lambda _: Emptied())
    monkeypatch.setattr("tools.cli.context._WIDTH_OF_A_FILE", 10_000)
    stub_aws(monkeypatch, OUTSIDE)


def words(text: str) -> list[str]:
    """The words in Latin letters that are neither commands nor the same everywhere."""
    for known in (ID, JOB, KEY_ID, "https://herald.example"):
        text = text.replace(known, "")
    found = re.findall(r"[A-Za-z]{2,}", _OPTION.sub("", _COMMAND.sub("", text)))
    return [word for word in found if word not in SAME]


def api_in_known_words() -> StubApi:
    """The answers of `api_that_says`, with the values that the command line has words for."""
    api = api_that_says(OUTSIDE)
    known = {
        "verdict": "bad_status",
        "method": "snNotify",
        "action": "redrive",
        "from": "failed",
        "to": "waiting",
        "url": OUTSIDE,
    }
    for asked, answer in api.answers.items():
        assert not isinstance(answer, Exception)
        status, headers, body = answer
        if body != b"success":
            content = json.loads(body, object_hook=lambda one: one | {n: v for n, v in known.items() if n in one})
            api.answers[asked] = (status, headers, json.dumps(_with_states(asked, content)).encode())
    return api


def _with_states(asked: str, content: Any) -> Any:
    named = {"partners": "pending", "jobs": "done", "sources": "active"}
    state = next((state for name, state in named.items() if name in asked), "held")
    for one in content.get("items", [content]):
        if "state" in one:
            one["state"] = state
        if "filter" in one:
            one["filter"]["state"] = "failed"
    return content


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("api", [lambda: api_that_says(OUTSIDE), api_in_known_words], ids=["unknown", "known"])
def test_no_answer_has_english_words(
    command: str, api: Callable[[], StubApi], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(command, api(), tmp_path, *IN_CHINESE)
    out, err = capsys.readouterr()
    assert (words(re.sub(r"herald_operator_\S+", "", out)), err) == ([], "")


@pytest.mark.parametrize("state", ["waiting", "held", "delivered", "failed", "resolved", "cancelled"])
def test_no_state_has_english_words(herald: Herald, api: StubApi, state: str) -> None:
    shown = {**NOTIFICATION, "id": ID, "state": state, "orderId": OUTSIDE, "attempts": [], "payload": "{}"}
    api.answers[f"GET /notifications/{ID}"] = canned({**shown, "nextAttemptAt": "2099-11-23T04:05:06Z"})
    api.answers["GET /partners/3528"] = canned({"name": OUTSIDE})
    api.answers[f"POST /notifications/{ID}/cancel"] = canned({**shown, "attemptUnderWay": True})
    api.answers["GET /notifications"] = canned({"items": []})
    for arguments in (("show", ID), ("notifications", "cancel", ID, "--reason", "x")):
        assert words(herald(*arguments, *IN_CHINESE).out) == []
    if state in {"failed", "held"}:
        assert words(herald("failed", "--state", state, *IN_CHINESE).out) == []


@pytest.mark.parametrize(
    "answer",
    [
        *(canned({"message": OUTSIDE}, status) for status in (401, 403, 413, 429, 503)),
        (200, {"Content-Type": "§/§"}, b"?"),
        (200, {}, b"?"),
        requests.ConnectionError(),
        requests.ReadTimeout(),
    ],
    ids=str,
)
def test_no_failure_has_english_words(herald: Herald, api: StubApi, answer: Any) -> None:
    api.answers["GET /partners/3528"] = answer
    err = herald("partners", "show", "3528", *IN_CHINESE).err
    assert words(re.sub(r"https://\S*|^herald:", "", err)) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("failed", "--order", "1"),
        ("jobs", "start", "redrive", "--partner", "1", "--reason", "1", "--since", "1"),
        ("jobs", "list", "--all", "--limit", "1"),
        ("send", "/1"),
        ("keys", "create", "--role", "partner", "--name", "1"),
        ("keys", "create", "--role", "partner", "--name", "1", "--partner", "0"),
        ("keys", "create", "--role", "operator", "--name", "1", "--expires", "2020-01-01"),
        ("keys", "create", "--role", "operator", "--name", "1", "--stack-name", "1", "--key", "1"),
        ("partners", "list", "--key", "é"),
        ("partners", "rotate-key", "3528", "--reason", "1"),
    ],
)
def test_no_wrong_usage_has_english_words(herald: Herald, api: StubApi, arguments: tuple[str, ...]) -> None:
    api.answers["GET /partners/3528"] = canned({"name": OUTSIDE})
    err = herald(*arguments, *IN_CHINESE).err
    assert "⟦" in err
    assert words(err.replace("herald: ", "").replace("No such file or directory", "")) == []


@pytest.mark.parametrize("command", ["", "notifications", "partners", "jobs", "keys", *COMMANDS])
def test_no_help_page_has_english_words(herald: Herald, command: str) -> None:
    page, _, examples = herald(*IN_CHINESE, *command.split(), "--help").out.rpartition("╯")
    lines = [line for line in page.splitlines() if not line.lstrip().startswith("Usage:")]
    left = re.sub(r"⟦[^⟧]*⟧|<[^>]*>", "", " ".join(" ".join(lines).replace("│", " ").split()))
    assert set(words(left)) <= _names(command)
    assert examples.split()[:1] in ([], ["⟦⟧"])  # the title; the examples are the same in every language


def _names(command: str) -> set[str]:
    """Of subcommands and parameters."""
    found: Any = typer.main.get_command(app)
    for word in command.split():
        found = found.commands[word]
    parameters = {name for one in found.params for name in (one.name, one.metavar) if name}
    return {*words(" ".join((*parameters, *getattr(found, "commands", {}))))}
