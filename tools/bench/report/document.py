"""docs/benchmarks.md, and the table in the README between two comments."""

from pathlib import Path
from typing import Final

from tools.bench.report.results import Results
from tools.local_engine.environment import ROOT

DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
README: Final = ROOT / "README.md"
BEGIN, END = "<!-- written by make bench -->", "<!-- end of what make bench writes -->"
_TEXT: Final = Path(__file__).with_name("benchmarks.md")
_MACHINE, _ROUNDS, _TABLES = "{machine}", "{rounds}", "{tables}"


def document(results: Results, machine: str) -> str:
    """The page: the text around, with the machine and the tables."""
    tables = "\n\n".join(table.in_markdown() for table in results.tables())
    text = _TEXT.read_text(encoding="utf-8").replace(_MACHINE, machine).replace(_ROUNDS, str(results.runs))
    return text.replace(_TABLES, tables)


def with_deliveries(text: str, results: Results) -> str:
    """The text of the README with the table of a delivery. Raises `ValueError` where it has no place for it."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md has no {BEGIN} … {END}")
    table = "\n".join(results.deliveries().rows_in_markdown())
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def write(results: Results, machine: str) -> None:
    """Writes both files."""
    DOCUMENT.write_text(document(results, machine), encoding="utf-8")
    README.write_text(with_deliveries(README.read_text(encoding="utf-8"), results), encoding="utf-8")
