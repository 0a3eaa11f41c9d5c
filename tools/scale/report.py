"""The tables of docs/scale.md, as lines of Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from tools.scale.measured.measurement import Measured
from tools.scale.simulated.line import Of
from tools.scale.simulated.scenarios import Run
from tools.scale.simulated.simulation import Simulation, percentile

_IN_SECONDS = 120  # shorter times are written in seconds, longer ones in minutes


def simulated(done: Iterable[Run]) -> Iterator[str]:
    """A row for each run and each of the two kinds of partners that it has."""
    yield "| Load | Run | All queued | Half waited | 95 of 100 | The longest | In the queue | In flight | Held up by |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in done:
        simulation = one.simulation
        for whose, waits in simulation.waits.items():
            if waits:
                kind = f", {whose.value}" if simulation.load.of_one else ""
                times = " | ".join(_time(percentile(waits, percent)) for percent in (50, 95, 100))
                yield (
                    f"| {one.scenario} | {one.label}{kind} | {_queued(simulation, whose)} | {times} |"
                    f" {simulation.deepest:,} | {simulation.most_in_flight:,} | {_held_up(simulation)} |"
                )


def rates(done: Iterable[Run]) -> Iterator[str]:
    """For each maximum, how many attempts a second so many batches make where nothing else is a limit."""
    of_batches = {one.simulation.limits.batches: one.simulation.attempts_of_batches for one in done}
    for batches, attempts in sorted(of_batches.items()):
        yield f"{batches} batches: {attempts:,.0f} attempts a second"


def measured(those: Sequence[Measured]) -> Iterator[str]:
    """A row for each measured poll."""
    yield "| Due | Polls | All queued after | CPU of the poll | CPU of the shares | CPU a message | Largest process |"
    yield "|---|---|---|---|---|---|---|"
    for one in those:
        polls = f"with {one.shares} shares" if one.shares else "alone"
        of_shares = f"{one.shares_cpu:.1f} s" if one.shares else ""
        yield (
            f"| {one.due:,} | {polls} | {one.seconds:.1f} s | {one.poll_cpu:.1f} s | {of_shares} |"
            f" {one.cpu_each:.3f} ms | {one.memory:.0f} MB |"
        )


def _queued(simulation: Simulation, whose: Of) -> str:
    """How long until what stood there at the start was queued."""
    at_start = simulation.load.at_start + simulation.load.of_one
    if not at_start or (simulation.load.of_one and whose is Of.OTHERS):
        return ""
    return _time(next(second for second, count in enumerate(simulation.queued, 1) if count >= at_start))


def _held_up(simulation: Simulation) -> str:
    return ", ".join(f"{name} {_time(seconds)}" for name, seconds in simulation.held_up_by.most_common())


def _time(seconds: int) -> str:
    return f"{seconds} s" if seconds < _IN_SECONDS else f"{seconds / 60:.1f} min"
