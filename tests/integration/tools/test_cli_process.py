"""The command line as a process of its own: with the encodings, pipes and disks that people have."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import override

import pytest

from tests.support.docs.herald_commands import ID, api_that_says
from tests.support.paths import ROOT

OUTSIDE = "執行成功 \U0001f3ab é e\u0301 \U0001f468\U0001f3fd 한국어 “→”"
REDRIVE = ("notifications", "redrive", ID, "--reason", "x")
FULL = Path("/dev/full")


class Answers(BaseHTTPRequestHandler):
    """The stub's answers, over a socket."""

    asked: list[str]

    @override
    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = f"{self.command} {self.path}"
        self.asked.append(asked)
        answers = api_that_says(OUTSIDE).answers
        answer = answers.get(asked) or answers[asked.partition("?")[0]]
        assert not isinstance(answer, Exception)
        status, headers, body = answer
        self.send_response(status)
        self.send_header("Content-Type", headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - http.server's name


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def environment(asked: list[str]) -> Iterator[dict[str, str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Heard", (Answers,), {"asked": asked}))
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"HERALD_API_URL": f"http://127.0.0.1:{server.server_port}", "HERALD_KEY": "k", "NO_PROXY": "127.0.0.1"}
    yield {**kept, **own, "PYTHONPATH": f"{ROOT / 'layers/herald'}:{ROOT}"}
    server.shutdown()
    server.server_close()
    thread.join()


PROGRAM = (sys.executable, "-c", "from tools.cli.main import main; main()")


@pytest.mark.parametrize("encoding", ["ascii", "cp950", "gbk", "cp1252"])
def test_an_encoding_that_lacks_characters_does_not_change_the_exit_code(
    encoding: str, environment: dict[str, str], asked: list[str]
) -> None:
    environment["PYTHONIOENCODING"] = encoding
    ended = subprocess.run((*PROGRAM, *REDRIVE), env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr, len(asked)) == (0, b"", 1)
    assert "is now failed" in ended.stdout.decode(encoding)
    ended = subprocess.run((*PROGRAM, "show", ID, "--json"), env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout.decode(encoding))["orderId"] == OUTSIDE


def ended(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run((*PROGRAM, *arguments), env=environment, capture_output=True, check=False)


READS = {
    "show": ("show", ID),
    "failed": ("failed",),
    "failed of a partner": ("failed", "--partner", "3528"),
    "partners": ("partners", "list"),
    "partner": ("partners", "show", "3528"),
    "jobs": ("jobs", "list"),
    "json": ("show", ID, "--json"),
    "help": ("--help",),
    "help of a command": ("failed", "--help"),
}
LOCALES = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "gbk"},
    {"PYTHONIOENCODING": "cp936"},
    {"PYTHONIOENCODING": "cp950"},
    {"LANG": "zh_CN.GBK"},
    {"LANG": "zh_CN.GBK", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "zh_TW.BIG5", "PYTHONUTF8": "0", "PYTHONIOENCODING": "big5"},
]


@pytest.mark.parametrize(
    ("what", "locale"), [*zip(READS, cycle(LOCALES), strict=False), *(("show", locale) for locale in LOCALES)]
)
def test_what_is_read_is_printed_in_every_locale(
    what: str, locale: dict[str, str], environment: dict[str, str]
) -> None:
    done = ended({**environment, **locale}, *READS[what])
    assert (done.returncode, done.stderr) == (0, b"")
    encoding = locale.get("PYTHONIOENCODING", "utf-8")
    text = done.stdout.decode(encoding, "strict" if "PYTHONIOENCODING" in locale else "replace")
    assert len(text.strip()) > 40


@pytest.mark.parametrize("locale", [{}, {"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_csv_is_utf_8_in_every_locale(locale: dict[str, str], environment: dict[str, str]) -> None:
    done = ended({**environment, **locale}, "partners", "list", "--csv")
    assert (done.returncode, done.stderr, done.stdout[:3]) == (0, b"", b"\xef\xbb\xbf")
    assert OUTSIDE in done.stdout.decode()


@pytest.mark.skipif(not FULL.exists(), reason="the operating system has no /dev/full")
def test_csv_to_a_full_disk_does_not_change_the_exit_code(environment: dict[str, str], asked: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            (*PROGRAM, "partners", "list", "--csv"), env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, len(asked)) == (0, 1)
    assert b"the answer could not be written: No space left on device" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp950", "utf-8"])
@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_chinese_is_printed_in_every_encoding(encoding: str, language: str, environment: dict[str, str]) -> None:
    environment["PYTHONIOENCODING"] = encoding
    for arguments in (("show", ID), ("failed",), ("show", "--help")):
        command = (*PROGRAM, *arguments, "--language", language)
        ended = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert ended.stdout.decode(encoding).strip()


def test_the_locale_of_the_process_chooses(environment: dict[str, str]) -> None:
    environment |= {"LANG": "zh_CN.GBK", "PYTHONIOENCODING": "gbk"}
    ended = subprocess.run((*PROGRAM, "show"), env=environment, capture_output=True, check=False)
    assert (ended.returncode, "缺少参数 'ID'" in ended.stderr.decode("gbk")) == (2, True)


@pytest.mark.skipif(not FULL.exists(), reason="the operating system has no /dev/full")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_full_disk_does_not_change_the_exit_code(
    environment: dict[str, str], asked: list[str], more: tuple[str, ...]
) -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run(
            (*PROGRAM, *REDRIVE, *more), env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (ended.returncode, len(asked)) == (0, 1)
    assert b"the answer could not be written: No space left on device" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


@pytest.mark.skipif(not FULL.exists(), reason="the operating system has no /dev/full")
def test_a_full_disk_for_errors_does_not_change_the_exit_code(environment: dict[str, str]) -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run((*PROGRAM, "show"), env=environment, stdout=full, stderr=full, check=False)
    assert ended.returncode == 2


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_does_not_change_the_exit_code(
    environment: dict[str, str], asked: list[str], unbuffered: str
) -> None:
    environment["PYTHONUNBUFFERED"] = unbuffered
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            (*PROGRAM, *REDRIVE), env=environment, stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr, len(asked)) == (0, b"", 1)


def test_without_any_output_the_exit_code_is_the_deeds(environment: dict[str, str], asked: list[str]) -> None:
    script = 'exec "$@" >&- 2>&-'
    ended = subprocess.run(("/bin/sh", "-c", script, "sh", *PROGRAM, *REDRIVE), env=environment, check=False)
    assert (ended.returncode, len(asked)) == (0, 1)
