"""Checks of the scenarios: what the partner received, byte for byte and in time, and the state in the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rich.table import Table

from tools.common import formatting
from tools.demo.scenarios import RUNGS, Scenario
from tools.sample_partner import Received, Signature, interval

LATEST = 1.5  # seconds that a retry may come after its rung


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """How a scenario ended: the notification at its end, and the requests that its partner received, in order."""

    scenario: Scenario
    notification: dict[str, Any]
    received: list[Received]

    @property
    def rounds(self) -> list[list[Received]]:
        """What was received, by round."""
        numbers = range(1, len(self.scenario.tries) + 1)
        return [[one for one in self.received if one.headers.get("herald-round") == str(number)] for number in numbers]

    @property
    def waits(self) -> list[list[float]]:
        """The seconds between the attempts of each round, by the partner's clock."""
        return [[interval(*pair) for pair in pairwise(tries)] for tries in self.rounds]


def failures(result: ScenarioResult) -> Iterator[str]:
    """What did not come out as told; nothing when all did."""
    tries = tuple(len(tries) for tries in result.rounds)
    if tries != result.scenario.tries or sum(tries) != len(result.received):
        yield f"{len(result.received)} attempts, {tries} by round, where {result.scenario.tries} were to be made"
    if (state := result.notification["state"]) != "delivered":
        yield f"it is {state}, not delivered"
    yield from _wrong_requests(result)
    for waits in result.waits:
        for wait, rung in zip(waits, RUNGS, strict=False):
            if not rung <= wait <= rung + LATEST:
                yield f"a retry came after {wait:.2f} s, where its rung is {rung:g} s"


def _wrong_requests(result: ScenarioResult) -> Iterator[str]:
    for request in result.received:
        if request.body != result.scenario.payload():
            yield f"request {request.number} is not the payload, byte for byte"
        if request.signature is not Signature.VALID:
            yield f"request {request.number} has a signature that is {request.signature}"


def summary(results: list[ScenarioResult]) -> Table:
    """The results, one row for each scenario."""
    table = Table(
        "partner", "story", "attempts", "waits (rungs)", "ended", box=None, pad_edge=False, header_style="dim"
    )
    for result in results:
        attempts = " + ".join(str(len(tries)) for tries in result.rounds)
        waits = ", ".join(f"{wait:.2f} s" for round_ in result.waits for wait in round_)
        rungs = ", ".join(f"{rung:g}" for round_ in result.waits for rung, _ in zip(RUNGS, round_, strict=False))
        table.add_row(
            result.scenario.partner,
            result.scenario.title,
            f"{attempts} in {formatting.many(len(result.rounds), 'round')}",
            f"{waits} ({rungs})" if waits else "none",
            result.notification["state"],
        )
    return table
