"""Tables that can be shown in a terminal and in Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.table import Table as RichTable


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the columns' names and the rows. The first column has names, the others have figures."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default=())  # sentences below it

    def in_terminal(self) -> RichTable:
        """For rich."""
        table = RichTable(title=self.title, title_justify="left", caption="\n".join(self.notes) or None)
        table.caption_justify = "left"
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="right" if number else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def in_markdown(self) -> str:
        """With its heading."""
        return "\n".join([f"## {self.title}", "", *self.rows_in_markdown(), *(f"\n{note}" for note in self.notes)])

    def rows_in_markdown(self) -> Iterator[str]:
        """The lines of the table alone."""
        yield _line(self.columns)
        yield _line(["---", *("---:" for _ in self.columns[1:])])
        yield from map(_line, self.rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
