"""The simulated outage: few attempts at a server that is down, and everything is delivered when it answers."""

from itertools import pairwise

import pytest

from herald.domain.breakers.breaker import OPENS_AFTER
from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.transitions import State
from tools.outage.simulation import Simulation, What

REPAIRED_AT = 2 * HOUR


@pytest.fixture(scope="module")
def outage() -> Simulation:
    simulation = Simulation(count=60, repaired_at=REPAIRED_AT)
    assert {one.state for one in simulation.run(REPAIRED_AT + 10 * MINUTE)} == {State.DELIVERED}
    return simulation


def moments(outage: Simulation, what: What) -> list[int]:
    return [event.at for event in outage.events if event.what is what]


def test_twenty_attempts_are_made_before_it_is_spared(outage: Simulation) -> None:
    assert len(moments(outage, What.FAILED_ATTEMPT)) == OPENS_AFTER


def test_then_there_are_probes_only_and_five_minutes_apart_at_last(outage: Simulation) -> None:
    probes = moments(outage, What.PROBE)
    gaps = [later - earlier for earlier, later in pairwise(probes)]
    assert gaps == sorted(gaps)
    assert {gap // MINUTE for gap in gaps[4:]} == {5}


def test_all_are_delivered_within_six_minutes_of_the_repair_whatever_their_rung(outage: Simulation) -> None:
    delivered = moments(outage, What.DELIVERED)
    assert len(delivered) == 60
    assert max(delivered) <= REPAIRED_AT + 6 * MINUTE
    assert max(delivered) - min(delivered) <= 60 * SECOND


def test_they_are_delivered_the_oldest_first(outage: Simulation) -> None:
    places = [event.place for event in outage.events if event.what is What.DELIVERED]
    assert places[1:] == sorted(places[1:])  # the first one was the probe
