"""The benchmark at its smallest: every measurement of Herald's own functions runs and does what it measures."""

import pytest

from tools.bench import __main__ as program
from tools.bench.checkout import Checkout, TaskFailed
from tools.bench.measurements import POST, Measurements
from tools.bench.scale import TINY


def test_the_functions_are_measured_beside_a_bare_post() -> None:
    told: list[str] = []
    measurements = Measurements(TINY, [Checkout()], [])
    results = program.measure(measurements, ["no peers"], told.append, only_rounds=False)
    assert [row[0] for row in results.deliveries().rows] == [POST, "Herald"]
    assert all(run["cpu"] > 0 for runs in results.rounds.values() for run in runs)
    assert [*results.imports] == ["receiver"]
    assert {one["items"] for one in results.pages.values()} == {TINY.page}
    assert len(told) == len(set(told))


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(TaskFailed, match="KeyError"):
        Checkout().run({"task": "nothing"})
