"""Everything that one run has measured, and its tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tools.bench.report.series import MS, Series, shown
from tools.bench.report.tables import Table

type Result = Mapping[str, Any]

CELERY: Final = "Celery with Redis"  # what the others are compared with
_NONE: Final = ""
_SPREAD: Final = "lowest to highest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results as the measured processes gave them, and how many rounds there were.

    `rounds` by measurement; `imports` by function; `polls` over more and more; `pages` by their place in the list.
    """

    checkouts: Sequence[str]
    rounds: Mapping[str, Sequence[Result]]
    imports: Mapping[str, Sequence[Result]] = field(default_factory=dict)
    polls: Sequence[Result] = ()
    pages: Mapping[str, Result] = field(default_factory=dict)
    listed: int = 0
    missing: Sequence[str] = ()  # sentences

    @property
    def runs(self) -> int:
        """How often each was measured."""
        return max(map(len, self.rounds.values()))

    def tables(self) -> Iterator[Table]:
        """All of them, what matters most first."""
        yield self.deliveries()
        yield self.functions()
        if self.imports:
            yield self.import_times()
        if self.polls:
            yield self.poll_sizes()
        if self.pages:
            yield self.list_pages()

    def deliveries(self) -> Table:
        """One delivery of each system."""
        names = {**{f"{one}: deliveries": one for one in self.checkouts}, **self._others()}
        series = {shown_as: Series.per_one(self.rounds[name]) for name, shown_as in names.items()}
        base = series.get(CELERY)
        rows = []
        for name, one in sorted(series.items(), key=lambda pair: pair[1].median):
            redis = self._redis(name)
            rows.append(
                [name, shown(one.median), one.range, _ratio(one, base), shown(redis.median) if redis else _NONE]
            )
        columns = ["Processor time of a delivery, ms", "median", _SPREAD, "times Celery's", "Redis's own"]
        return Table("A delivery", columns, rows, self.missing)

    def functions(self) -> Table:
        """A submission and a message of a poll, and the first invocation of each function's process."""
        rows = []
        kinds = {"deliveries": "a delivery", "submissions": "a submission", "poll": "a message of a poll"}
        for checkout in self.checkouts:
            for kind, thing in kinds.items():
                runs = self.rounds[f"{checkout}: {kind}"]
                one, first = Series.per_one(runs), Series.of(runs, "firstCpu", MS)
                rows.append([f"{checkout}: {thing}", shown(one.median), one.range, shown(first.median)])
        columns = ["Processor time, ms", "median", _SPREAD, "first invocation of the process"]
        return Table("A submission and a poll's message", columns, rows)

    def import_times(self) -> Table:
        """Each function, before its first invocation."""
        rows = []
        for name, runs in self.imports.items():
            wall, cpu = Series.of(runs, "wall", MS), Series.of(runs, "cpu", MS)
            memory, modules = Series.of(runs, "memory"), Series.of(runs, "modules")
            rows.append([name, shown(wall.median), shown(cpu.median), shown(memory.median), f"{modules.median:.0f}"])
        columns = ["Import", "ms", "processor, ms", "memory of the process, MiB", "modules"]
        return Table("Import of each function", columns, rows)

    def poll_sizes(self) -> Table:
        """One poll over more and more."""
        rows = [
            [
                f"{one['count']:,}",
                shown(one["wall"]),
                shown(one["cpu"]),
                shown(one["cpu"] / one["count"] * MS),
                shown(one["memory"]),
                shown(one["memory"] - one["memoryBefore"]),
            ]
            for one in self.polls
        ]
        columns = ["Due", "s", "processor, s", "processor, ms a message", "most memory, MiB", "of it by the poll, MiB"]
        return Table("One poll", columns, rows)

    def list_pages(self) -> Table:
        """Pages of a partner's list."""
        rows = [
            [
                f"{name}, {one['items']} notifications",
                shown(one["wall"] / one["count"] * MS),
                shown(one["cpu"] / one["count"] * MS),
                f"{one['requests']:.0f}",
                f"{one['readUnits']:g}",
            ]
            for name, one in self.pages.items()
        ]
        columns = ["Page", "ms", "processor, ms", "requests to DynamoDB", "read units"]
        return Table(f"A partner's list of {self.listed:,} in seven days", columns, rows)

    def _others(self) -> dict[str, str]:
        return {name: name for name in self.rounds if ":" not in name}

    def _redis(self, name: str) -> Series | None:
        runs = self.rounds.get(name, ())
        return Series.per_one(runs, "redisCpu") if runs and "redisCpu" in runs[0] else None


def _ratio(one: Series, base: Series | None) -> str:
    return f"{one.ratio_to(base):.2f}" if base else _NONE
