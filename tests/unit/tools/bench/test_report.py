"""The figures of a benchmark, its tables, and what is written of them."""

from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tools.bench.peers.cpu_time import parsed
from tools.bench.report.document import BEGIN, DOCUMENT, END, README, document, with_deliveries
from tools.bench.report.machine import load, processor
from tools.bench.report.results import Results
from tools.bench.report.series import Series, shown
from tools.bench.report.tables import Table
from tools.bench.rounds import run_rounds


def runs(*ms: float, **more: float) -> list[dict[str, float]]:
    """Runs of 100 things that took so many ms each."""
    return [{"count": 100, "cpu": one / 10, "wall": one / 5, "firstCpu": 0.25, **more} for one in ms]


def some_results(**changes: Any) -> Results:
    rounds = {
        "POST alone": runs(0.1, 0.12, 0.11),
        "Herald: deliveries": runs(4.8, 5.5, 5),
        "Celery with Redis": runs(2.4, 2.5, 2.6, redisCpu=0.02),
        "Herald: submissions": runs(2),
        "Herald: poll": runs(0.44),
    }
    page = {"count": 10, "cpu": 0.2, "wall": 0.3, "items": 100, "requests": 9.0, "readUnits": 54.0}
    rest: dict[str, Any] = {
        "checkouts": ["Herald"],
        "rounds": rounds,
        "imports": {"receiver": [{"count": 1, "cpu": 0.5, "wall": 0.6, "memory": 66.0, "modules": 714}]},
        "polls": [{"count": 1000, "cpu": 0.44, "wall": 0.5, "memory": 90.0, "memoryBefore": 80.0}],
        "pages": {"first": page},
        "listed": 100_000,
    }
    return Results(**{**rest, **changes})


def test_a_series_has_the_milliseconds_of_one_thing() -> None:
    one = Series.per_one(runs(1, 9, 2))
    assert one.median == pytest.approx(2)
    assert one.range == "1.00 to 9.00"


def test_ratios_are_of_medians() -> None:
    assert Series((1, 5, 100)).ratio_to(Series((10,))) == pytest.approx(0.5)


@pytest.mark.parametrize(("value", "text"), [(0.123, "0.12"), (9.99, "9.99"), (12.34, "12.3"), (1234.5, "1,234")])
def test_a_figure_has_about_three_digits(value: float, text: str) -> None:
    assert shown(value) == text


def test_deliveries_are_sorted_and_compared_with_celery() -> None:
    table = some_results().deliveries()
    assert [row[0] for row in table.rows] == ["POST alone", "Celery with Redis", "Herald"]
    assert [row[3] for row in table.rows] == ["0.04", "1.00", "2.00"]
    assert [row[4] for row in table.rows] == ["", "0.20", ""]


def test_without_celery_there_is_no_ratio_and_the_reason_is_told() -> None:
    rounds = {name: one for name, one in some_results().rounds.items() if name != "Celery with Redis"}
    table = some_results(rounds=rounds, missing=["Celery with Redis is not measured: no Redis."]).deliveries()
    assert {row[3] for row in table.rows} == {""}
    assert "no Redis" in table.in_markdown()


def test_another_checkout_has_rows_of_its_own() -> None:
    more = {f"before: {what}": runs(8) for what in ("deliveries", "submissions", "poll")}
    results = some_results(checkouts=["Herald", "before"], rounds={**some_results().rounds, **more})
    assert [row[0] for row in results.deliveries().rows][-1] == "before"
    assert [row[0] for row in results.functions().rows] == [
        f"{checkout}: {thing}"
        for checkout in ("Herald", "before")
        for thing in ("a delivery", "a submission", "a message of a poll")
    ]


def test_a_table_in_markdown_aligns_figures_to_the_right() -> None:
    text = Table("Title", ["what", "ms"], [["a", "1"]], ["A note."]).in_markdown()
    assert text == "## Title\n\n| what | ms |\n| --- | ---: |\n| a | 1 |\n\nA note."


def test_tables_are_shown_in_a_terminal() -> None:
    shown_there = StringIO()
    console = Console(file=shown_there, width=120)
    for table in some_results().tables():
        console.print(table.in_terminal())
    assert "POST alone" in shown_there.getvalue()
    assert "100,000" in shown_there.getvalue()


def test_the_document_has_the_machine_and_every_table() -> None:
    results = some_results()
    text = document(results, "2026-11-27 14:10 UTC; a machine")
    assert "2026-11-27 14:10 UTC; a machine." in text
    assert [line for line in text.splitlines() if line.startswith("## ")][:5] == [
        f"## {table.title}" for table in results.tables()
    ]
    assert "{" not in text
    assert "3 of each" in text


def test_the_readme_gets_the_table_between_its_comments() -> None:
    text = with_deliveries(f"before\n{BEGIN}\nold\n{END}\nafter\n", some_results())
    assert text.startswith(f"before\n{BEGIN}\n\n| Processor time")
    assert text.endswith(f"\n\n{END}\nafter\n")
    assert "old" not in text
    assert with_deliveries(text, some_results()) == text


def test_a_readme_without_a_place_for_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="README"):
        with_deliveries("nothing", some_results())


def test_readme_and_document_have_the_same_table_of_deliveries() -> None:
    table = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()
    assert table
    assert table in DOCUMENT.read_text(encoding="utf-8")


def test_each_round_begins_with_another_measurement() -> None:
    order: list[str] = []

    def measure(name: str) -> dict[str, str]:
        order.append(name)
        return {"name": name}

    measurements = {name: partial(measure, name) for name in "abc"}
    results = run_rounds(measurements, 2, lambda _: None)
    assert order == ["a", "b", "c", "b", "c", "a"]
    assert results == {name: [{"name": name}] * 2 for name in "abc"}


def test_processor_time_is_read_behind_the_name_of_the_program() -> None:
    assert parsed("7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 1") == 127


def test_the_processor_is_told_by_its_model(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: A Processor @ 2.50GHz\nmodel name\t: B\n")
    assert processor(cpuinfo) == "A Processor @ 2.50GHz"
    assert processor(tmp_path / "none")


def test_a_busy_machine_is_told() -> None:
    assert load((1.5, 1.4, 1.0), 2) == "load 1.5 1.4 1.0 at the end"
    assert "other programs" in load((1.5, 9.0, 9.0), 2)
