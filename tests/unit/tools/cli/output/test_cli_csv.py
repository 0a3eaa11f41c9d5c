"""Lists as CSV: what Excel opens, all pages, whatever the encoding, and nothing that a spreadsheet would run."""

import csv
import io
import json
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, override

import pytest
import requests
import typer.main
from hypothesis import example, given
from hypothesis import strategies as some

from herald.runtime.visible import visible
from operator_api.app import api as routes
from operator_api.openapi.document import openapi_document
from tests.support.docs.herald_commands import COMMANDS, LISTS, all_commands, api_that_refuses, api_with_one_page, run
from tests.support.http.api_stub import StubApi, canned
from tests.support.unseen import NAMED, shown_raw
from tests.unit.tools.cli.samples import NOTIFICATION, PARTNER, Herald
from tools.cli.csv_output import cell, write_csv
from tools.cli.main import app
from tools.cli.output import lenient_output
from tools.cli.rendering.job import JOB_COLUMNS
from tools.cli.rendering.key import KEY_COLUMNS
from tools.cli.rendering.notification_list import ATTENTION_COLUMNS, NOTIFICATION_COLUMNS
from tools.cli.rendering.partner import PARTNER_COLUMNS
from tools.cli.rendering.source import SOURCE_COLUMNS

EVERY = "a".join(NAMED.values())
COLUMNS = {
    "failed": ATTENTION_COLUMNS,
    "list": NOTIFICATION_COLUMNS,
    "find": NOTIFICATION_COLUMNS,
    "notifications list": NOTIFICATION_COLUMNS,
    "partners list": PARTNER_COLUMNS,
    "jobs list": JOB_COLUMNS,
    "sources list": SOURCE_COLUMNS,
    "keys list": KEY_COLUMNS,
}


def rows(out: bytes) -> list[list[str]]:
    """The rows, the column names too."""
    return [*csv.reader(io.StringIO(out.decode("utf-8-sig"), newline=""))]


def written(command: str, api: StubApi, folder: Path) -> bytes:
    """The CSV of a command whose stdout is ASCII only."""
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
        assert run(command, api, folder, "--csv") == 0
        return out.getvalue()


def test_every_list_has_csv() -> None:
    def options(words: str) -> set[str]:
        command: Any = typer.main.get_command(app)
        for word in words.split():
            command = command.commands[word]
        return {option for one in command.params for option in one.opts}

    assert {words for words in all_commands() if "--csv" in options(words)} == set(COLUMNS) == set(LISTS)


@pytest.mark.parametrize("command", COLUMNS)
def test_a_list_is_a_row_an_item(command: str, tmp_path: Path) -> None:
    out = written(command, api_with_one_page("執行成功, “a” \U0001f3ab"), tmp_path)
    names, *items = rows(out)
    assert (out[:3], out[-2:], out.count(b"\n") - out.count(b"\r\n")) == (b"\xef\xbb\xbf", b"\r\n", 0)
    assert names == [*COLUMNS[command]]
    assert {len(item) for item in items} == {len(names)}
    assert "執行成功, “a” \U0001f3ab" in items[0]


@pytest.mark.parametrize("command", COLUMNS)
def test_csv_shows_what_nobody_sees(command: str, tmp_path: Path) -> None:
    out = written(command, api_with_one_page(EVERY), tmp_path)
    assert shown_raw(out.decode("utf-8-sig").replace("\r\n", "\n")) == set()
    assert visible(EVERY) in [one for row in rows(out) for one in row]


@pytest.mark.parametrize("name", [*dict.fromkeys(COLUMNS.values())])
def test_the_columns_are_members_of_the_api(name: tuple[str, ...]) -> None:
    models = {PARTNER_COLUMNS: "Partner", JOB_COLUMNS: "Job", KEY_COLUMNS: "Key", ATTENTION_COLUMNS: "WorkLine"}
    models |= {SOURCE_COLUMNS: "Source"}
    model = models.get(name, "Notification")
    schemas = openapi_document(routes)["components"]["schemas"]

    def has(schema: Any, path: list[str]) -> bool:
        if not path:
            return True
        for one in [schema, *schema.get("anyOf", [])]:
            resolved = schemas[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
            if path[0] in resolved.get("properties", {}):
                return has(resolved["properties"][path[0]], path[1:])
        return False

    assert [column for column in name if not has(schemas[model], column.split("."))] == []


# ─────────────────────────────────────────────────────── Cells ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (-3, "-3"),
        (1.5, "1.5"),
        (2**53 + 1, "9007199254740993"),
        ("-3", "'-3"),
        ("=1+1", "'=1+1"),
        ("+86 10", "'+86 10"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("\t=1", r"'\t=1"),
        ("\r=1", r"'\r=1"),
        ("a=1", "a=1"),
        ("'=1", "'=1"),
        (["=1"], '["=1"]'),
        ("", ""),
        ("旅 “é”", "旅 “é”"),
        ("\u202ex", r"\u202ex"),
    ],
)
def test_a_cell_is_what_a_spreadsheet_does_not_run(value: Any, written: str) -> None:
    assert cell(value) == written


@given(texts=some.lists(some.text(), min_size=1, max_size=4))
@example(texts=['a"b', "a,b", "a\r\nb", "=", " \t+", "\ud800"])
def test_any_text_is_read_back_harmless(texts: list[str]) -> None:
    columns = [f"c{n}" for n in range(len(texts))]
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
        write_csv([{"items": [dict(zip(columns, texts, strict=True))]}], columns)
        _, read = rows(out.getvalue())
    assert [one.removeprefix("'") for one in read] == [visible(text).removeprefix("'") for text in texts]
    assert [one for one in read if one.lstrip()[:1] in {*"=+-@\t\r"} - {""}] == []


# ─────────────────────────────────────────────────────── Pages ────────────────────────────────────────────────────────

PAGES = "GET /notifications?partnerId=3528&state=failed&limit=100"
OF_PARTNER = ("failed", "--partner", "3528", "--csv")


def test_all_pages_are_written_each_as_it_comes(herald: Herald, api: StubApi) -> None:
    api.answers[PAGES] = canned({"items": [NOTIFICATION], "cursor": "c2"})
    api.answers[f"{PAGES}&cursor=c2"] = canned({"items": [{**NOTIFICATION, "id": "2"}, {**NOTIFICATION, "id": "3"}]})
    ended = herald(*OF_PARTNER)
    assert [line.partition(",")[0] for line in ended.out.split("\r\n")] == [
        "\ufeffid",
        NOTIFICATION["id"],
        "2",
        "3",
        "",
    ]
    api.answers[f"{PAGES}&cursor=c2"] = requests.ConnectionError("gone")
    ended = herald(*OF_PARTNER)
    assert (ended.code, ended.out.count("\r\n"), "does not answer" in ended.err) == (3, 2, True)


def test_csv_of_a_page_is_that_page(herald: Herald, api: StubApi) -> None:
    page = canned({"items": [NOTIFICATION], "cursor": "c2"})
    api.answers["GET /notifications?partnerId=3528&state=failed&limit=1"] = page
    assert herald(*OF_PARTNER, "--limit", "1").out.count("\r\n") == 2


def test_an_empty_list_has_its_column_names(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners?name=x"] = canned({"items": [], "cursor": None})
    assert herald("partners", "list", "--name", "x", "--csv").out == "\ufeff" + ",".join(PARTNER_COLUMNS) + "\r\n"


def test_many_rows_are_not_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def pages() -> Iterator[dict[str, Any]]:
        for _ in range(100):
            yield {"items": [dict(NOTIFICATION) for _ in range(100)]}

    class Counted(io.RawIOBase):
        size = 0

        @override
        def writable(self) -> bool:
            return True

        @override
        def write(self, data: Any) -> int:
            self.size += len(data)
            return len(data)

    counted = Counted()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(counted), encoding="utf-8"))
    tracemalloc.start()
    try:
        write_csv(pages(), NOTIFICATION_COLUMNS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (counted.size > 1_800_000, peak < 500_000) == (True, True)


# ─────────────────────────────────────────────────────── Faults ───────────────────────────────────────────────────────


def test_csv_and_json_exclude_each_other(herald: Herald, api: StubApi) -> None:
    ended = herald("partners", "list", "--csv", "--json")
    assert (ended.code, ended.out, api.asked) == (2, "", [])
    assert json.loads(ended.err)["describe"] == "--csv and --json exclude each other"


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - set(COLUMNS)))
def test_csv_is_for_lists(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, StubApi(), tmp_path, "--csv") == 2
    assert "--csv" in capsys.readouterr().err


@pytest.mark.parametrize("command", COLUMNS)
def test_a_refusal_is_told_as_usual(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, api_that_refuses("no"), tmp_path, "--csv") == 1
    assert capsys.readouterr() == ("", "herald: no\n")


class Full(io.RawIOBase):
    """A disk with room for so many bytes."""

    def __init__(self, fault: OSError) -> None:
        self.fault: OSError | None = fault
        self.room = 200

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0 and self.fault:
            raise self.fault
        return len(data)


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), BrokenPipeError(32, "Broken pipe")])
def test_where_stdout_fails_no_further_page_is_asked_for(
    fault: OSError, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api = StubApi({"GET /partners": canned({"items": [PARTNER] * 3, "cursor": "again"})})
    full = Full(fault)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(full, 8), encoding="utf-8"))
        assert run("partners list", api, tmp_path, "--csv") == 0
        full.fault = None
        sys.stdout.close()
    assert len(api.asked) < 3
    told = "the answer could not be written" in capsys.readouterr().err
    assert told == (not isinstance(fault, BrokenPipeError))  # whoever closed the pipe has read enough


def test_csv_is_written_where_there_is_no_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with lenient_output() as fault:
        write_csv([{"items": [PARTNER]}], PARTNER_COLUMNS)
        assert fault() is None
