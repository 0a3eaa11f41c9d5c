"""Output that cannot be written: it is replaced by readable text, and the exit code is the command's."""

import io
import json
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import override

import pytest

from tests.support.docs.herald_commands import (
    COMMANDS,
    FAILS,
    all_commands,
    api_that_refuses,
    api_that_says,
    run,
    stub_aws,
)
from tests.support.http.api_stub import canned
from tools.cli.output import writable

ENCODINGS = ("ascii", "cp950", "gbk", "cp1252", "shift_jis")
OUTSIDE = "執行成功 “旅” é → € … Ω ¥ ‾ \U0001f3ab 한국어 नमस्ते"

type Streams = Callable[[str], tuple[io.BytesIO, io.BytesIO]]


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_aws(monkeypatch, OUTSIDE)


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Streams:
    """Makes stdout and stderr streams of an encoding, and gives the bytes that are written to them."""

    def encoded(encoding: str) -> tuple[io.BytesIO, io.BytesIO]:
        out, err = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding=encoding, errors="strict"))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding=encoding, errors="strict"))
        return out, err

    return encoded


def test_the_list_of_commands_leaves_none_out() -> None:
    assert all_commands() == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_tell_its_answer_in_every_encoding(command: str, streams: Streams, tmp_path: Path) -> None:
    for encoding in ENCODINGS:
        out, err = streams(encoding)
        assert run(command, api_that_says(OUTSIDE), tmp_path) == (command in FAILS), encoding
        result = out.getvalue().decode(encoding)
        assert result.strip()
        assert err.getvalue() == b""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_write_json_in_every_encoding(command: str, streams: Streams, tmp_path: Path) -> None:
    values = []
    for encoding in ENCODINGS:
        out, err = streams(encoding)
        assert run(command, api_that_says(OUTSIDE), tmp_path, "--json") == (command in FAILS), encoding
        answer = json.loads(out.getvalue().decode(encoding))
        values.append({name: value for name, value in answer.items() if name != "key"})  # a new one each time
        assert err.getvalue() == b""
    assert all(value == values[0] for value in values)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"doctor", "audit", "keys create", "send"}))
def test_every_refusal_can_be_told_in_every_encoding(command: str, streams: Streams, tmp_path: Path) -> None:
    for encoding in ("ascii", "gbk", "shift_jis"):
        _, err = streams(encoding)
        assert run(command, api_that_refuses(OUTSIDE), tmp_path) == 1, encoding
        assert err.getvalue().decode(encoding).strip()
        _, err = streams(encoding)
        assert run(command, api_that_refuses(OUTSIDE), tmp_path, "--json") == 1, encoding
        assert json.loads(err.getvalue().decode(encoding))["describe"] == OUTSIDE


@pytest.mark.parametrize(("command", "encoding"), zip(COMMANDS, cycle(ENCODINGS), strict=False))
def test_every_help_and_every_wrong_usage_can_be_told(
    command: str, encoding: str, streams: Streams, tmp_path: Path
) -> None:
    out, _ = streams(encoding)
    assert run(command, api_that_says(OUTSIDE), tmp_path, "--help") == 0
    assert "herald" in out.getvalue().decode(encoding)
    _, err = streams(encoding)
    assert run(command, api_that_says(OUTSIDE), tmp_path, f"--{OUTSIDE}") == 2
    assert err.getvalue().decode(encoding).strip()


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("utf-8", OUTSIDE, OUTSIDE),
        ("ascii", "a → b … “c” ✓", 'a -> b ... "c" +'),
        ("ascii", "é旅\U0001f3ab", r"\xe9\u65c5\U0001f3ab"),
        ("cp1252", "é旅…", r"é\u65c5…"),
        ("gbk", "旅é\U0001f3ab", r"旅é\U0001f3ab"),
        ("cp950", "旅é→", r"旅\xe9→"),
    ],
)
def test_what_cannot_be_written_is_replaced_by_what_can_be_read(encoding: str, text: str, written: str) -> None:
    assert writable(text, encoding) == written


# Streams that fail


class Failing(io.RawIOBase):
    """A file that can take so many bytes, until it is mended."""

    def __init__(self, fault: OSError, room: int = 0) -> None:
        self._fault, self._room = fault, room

    def mend(self) -> None:
        """As a test ends, so that what a buffer above still holds can be written."""
        self._room = sys.maxsize

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: object) -> int:
        taken = len(bytes(data))  # type: ignore[call-overload] # a buffer
        self._room -= taken
        if self._room < 0:
            raise self._fault
        return taken


FAULTS = {
    "no space": OSError(28, "No space left on device"),
    "closed pipe": BrokenPipeError(32, "Broken pipe"),
    "input/output error": OSError(5, "Input/output error"),
}


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> OSError:
    return FAULTS[request.param]


@pytest.mark.parametrize(("command", "more"), zip(COMMANDS, cycle([(), ("--json",)]), strict=False))
def test_the_exit_code_is_the_deeds_where_stdout_fails(
    command: str, more: tuple[str, ...], fault: OSError, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    err, failing = io.BytesIO(), Failing(fault, 10 if more else 0)
    out = io.TextIOWrapper(io.BufferedWriter(failing, 8))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8"))
    assert run(command, api_that_says(OUTSIDE), tmp_path, *more) == (command in FAILS)
    failing.mend()
    out.close()
    said = err.getvalue().decode()
    if isinstance(fault, BrokenPipeError):
        assert said == ""  # whoever closed it has read enough
        return
    assert "the answer could not be written" in said
    assert str(fault.strerror) in said
    assert not more or json.loads(said)["exitCode"] == (command in FAILS)


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_the_exit_code_is_the_refusals_where_stderr_fails(
    fault: OSError, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing = Failing(fault)
    stderr = io.TextIOWrapper(io.BufferedWriter(failing, 8), write_through=True)
    monkeypatch.setattr(sys, "stderr", stderr)
    api = api_that_says(OUTSIDE)
    api.answers["GET /partners/3528"] = canned({"code": 40400, "describe": OUTSIDE}, 404)
    assert run("partners show", api, tmp_path, *more) == 1
    assert run("partners show", api, tmp_path, "--nonsense", *more) == 2
    failing.mend()
    stderr.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs_without_a_stdout(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for more in ((), ("--json",)):
        monkeypatch.setattr(sys, "stdout", None)  # as Python has it after `>&-`
        monkeypatch.setattr(sys, "stderr", None)
        assert run(command, api_that_says(OUTSIDE), tmp_path, *more) == (command in FAILS)


def test_a_name_that_cannot_be_asked_for_after_the_deed_does_not_undo_it(tmp_path: Path) -> None:
    import requests  # noqa: PLC0415 - only this test needs it

    api = api_that_says("x")
    api.answers["GET /partners/3528"] = requests.ConnectionError()
    assert run("jobs cancel", api, tmp_path) == 0
