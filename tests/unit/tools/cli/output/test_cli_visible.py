"""What nobody sees and what rich would interpret, in every text from outside: it is shown as it is."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from herald.runtime.visible import visible
from tests.support.docs.herald_commands import (
    COMMANDS,
    FAILS,
    ID,
    LISTS,
    api_that_refuses,
    api_that_says,
    api_with_one_page,
    run,
    stub_aws,
)
from tests.support.http.api_stub import canned
from tests.support.paths import ROOT
from tests.support.unseen import NAMED, shown_raw, texts

EVERY = "a".join(NAMED.values())
OWN_WORDS = {
    "send",
    "keys create",
    "partners encrypt",
    "partners delete",
    "orders delete",
}  # whose answers nobody else makes


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no table breaks a line."""
    monkeypatch.setattr("tools.cli.context._WIDTH_OF_A_FILE", 10_000)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_what_nobody_sees(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = []
    for outside in ("x", EVERY):
        stub_aws(monkeypatch, outside)
        assert run(command, api_that_says(outside), tmp_path) == (command in FAILS)
        out, err = capsys.readouterr()
        assert (shown_raw(out), err) == (set(), "")
        result.append(out)
    assert result[0].count("\n") == result[1].count("\n")  # nothing from outside begins a line of its own
    assert visible(EVERY) in result[1] or command in OWN_WORDS
    assert run(command, api_that_says(EVERY), tmp_path, "--json") == (command in FAILS)
    out, err = capsys.readouterr()
    assert (shown_raw(out), err, isinstance(json.loads(out), dict)) == (set(), "", True)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - OWN_WORDS))
def test_markup_from_outside_is_text(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for outside in ("[bold]x[/bold]", "[/]", "[red]x", "[link=https://x.example]x", r"\[x]", ":boom:"):
        stub_aws(monkeypatch, outside)
        assert run(command, api_that_says(outside), tmp_path) == (command in FAILS)
        assert outside in capsys.readouterr().out


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"doctor", "audit", "keys create", "send"}))
def test_every_refusal_shows_what_nobody_sees(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, api_that_refuses(EVERY), tmp_path) == 1
    err = capsys.readouterr().err
    assert (shown_raw(err), err) == (set(), f"herald: {visible(EVERY)}\n")
    assert run(command, api_that_refuses(EVERY), tmp_path, "--json") == 1
    err = capsys.readouterr().err
    assert (shown_raw(err), json.loads(err)["describe"]) == (set(), EVERY)


@given(outside=texts(), refused=texts(), command=some.sampled_from(sorted(COMMANDS)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_nothing_hidden_reaches_stdout_or_stderr(
    outside: str,
    refused: str,
    command: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub_aws(monkeypatch, outside)
    for more in ((), ("--json",)):
        run(command, api_that_says(outside), tmp_path, *more)
        run(command, api_that_refuses(refused), tmp_path, *more)
        out, err = capsys.readouterr()
        assert shown_raw(out + err) == set()
    if command in LISTS:
        run(command, api_with_one_page(outside), tmp_path, "--csv")
        run(command, api_that_refuses(refused), tmp_path, "--csv")
        out, err = capsys.readouterr()
        assert shown_raw(out.removeprefix("\ufeff").replace("\r\n", "\n") + err) == set()


@pytest.mark.parametrize("outside", NAMED.values(), ids=NAMED)
def test_what_stands_raw_in_a_payload_is_shown_on_one_line(
    outside: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api = api_that_says("x")
    notification = json.loads(api.answers[f"GET /notifications/{ID}"][2])  # type: ignore[index] # it is canned
    notification["payload"] = f'{{"describe":\n"{outside}"}}'
    api.answers[f"GET /notifications/{ID}"] = canned(notification)
    assert run("show", api, tmp_path) == 0
    out = capsys.readouterr().out
    assert shown_raw(out) == set()
    assert out.splitlines()[-1] == visible(notification["payload"])


@pytest.mark.parametrize("outside", NAMED.values(), ids=NAMED)
def test_an_argument_is_shown_in_an_error_with_what_nobody_sees(
    outside: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in ((f"--{outside}",), ("--limit", outside)):
        assert run("notifications list", api_that_says("x"), tmp_path, *wrong) == 2
        assert shown_raw(capsys.readouterr().err) == set()


@pytest.mark.parametrize("outside", ["\x1b[31m", "\x9b", "\u202e", "\u2028", "[bold]", "\r"])
def test_somebody_else_at_the_address_is_shown_so_too(
    outside: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api = api_that_says("x")
    api.answers["GET /partners"] = (200, {"Content-Type": f"text/{outside}"}, b"<html>")
    assert run("partners list", api, tmp_path) == 3
    err = capsys.readouterr().err
    assert (shown_raw(err), f"text/{visible(outside)}" in err) == (set(), True)


@pytest.mark.parametrize("command", ["partners rotate-key", "partners rotate-secret", "jobs start"])
@pytest.mark.parametrize("outside", ["\x1b[31m", "\u202e", "\n", "[bold]"])
def test_a_question_shows_what_nobody_sees(
    command: str, outside: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(prompt: str = "") -> str:
        print(prompt, end="")
        return "n"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer._click.termui.visible_prompt_func", answer)
    monkeypatch.setitem(COMMANDS, command, tuple(one for one in COMMANDS[command] if one != "--yes"))
    assert run(command, api_that_says(outside), tmp_path) == 1
    out = capsys.readouterr().out
    assert (shown_raw(out), visible(outside) in out, out.count("\n")) == (set(), True, 0)


def test_no_module_of_the_command_line_makes_richs_own_text() -> None:
    """Tables and progress bars take strings for markup; `tools.common.text.Text` is what all of them are given."""
    raw = [
        file.name
        for folder in ("cli", "common")
        for file in (ROOT / "tools" / folder).rglob("*.py")
        if "rich.text" in file.read_text(encoding="utf-8")
    ]
    assert raw == ["text.py"]
