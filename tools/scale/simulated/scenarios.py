"""The three loads of docs/scale.md, each with what changes between its runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools.scale.simulated.limits import Limits, Times
from tools.scale.simulated.simulation import Load, Simulation

DAY = 86_400
# Of a day's notifications, by the hour, in twenty-fourths: quiet at night, three times the average at noon.
_HOURS = (0.2,) * 7 + (0.5, 0.8, 1.0, 1.2, 1.5, 3.0, 2.0, 1.2, 1.0, 1.0, 1.2, 1.8, 2.2, 1.8, 1.2, 0.8, 0.4)
MILLION = Load(at_start=1_000_000)
TEN_MILLION = Load(of_one=10_000_000, a_second=lambda _: 20.0, seconds=3 * 3_600)


def a_day(count: int) -> Load:
    """So many in a day."""
    return Load(a_second=lambda second: count / DAY * _HOURS[second // 3_600], seconds=DAY)


@dataclass(frozen=True, slots=True)
class Run:
    """A simulation, and what is different in it."""

    scenario: str
    label: str
    simulation: Simulation


def runs(seed: int, times: Times) -> Iterator[Run]:
    """All of them, not yet run."""

    def run(scenario: str, load: Load, limits: Limits, *, shared: bool = True, label: str = "") -> Run:
        of_mapping = f"MaximumConcurrency {limits.maximum_concurrency}{label}"
        simulation = Simulation(load=load, shared=shared, limits=limits, times=times, seed=seed)
        return Run(scenario, f"{'shared poll' if shared else 'poll alone'}, {of_mapping}", simulation)

    def grown(limits: Limits, *, shared: bool = True) -> Run:
        of_table = replace(limits, first_table_writes=20_000)
        return run("a million due at one poll", MILLION, of_table, shared=shared, label=", a table that has grown")

    template, twice, more = Limits(), Limits(maximum_concurrency=100), Limits(maximum_concurrency=200)
    for shared in (False, True):
        yield run("a million due at one poll", MILLION, template, shared=shared)
    yield run("a million due at one poll", MILLION, more)
    yield grown(template)
    yield grown(more, shared=False)
    yield grown(more)
    for limits in (template, twice, more):
        yield run("100 million a day", a_day(100_000_000), limits)
    for shared in (False, True):
        yield run("one partner with ten million", TEN_MILLION, template, shared=shared)
