"""The same measurements again and again, one after the other: all of them see the machine in the same minutes."""

from collections.abc import Callable, Mapping
from typing import Any

type Measurement = Callable[[], Mapping[str, Any]]
type Tell = Callable[[str], None]


def run_rounds(measurements: Mapping[str, Measurement], rounds: int, tell: Tell) -> dict[str, list[Mapping[str, Any]]]:
    """The results by name. Each round begins with another measurement, so that none always has the same place."""
    results: dict[str, list[Mapping[str, Any]]] = {name: [] for name in measurements}
    names = list(measurements)
    for number in range(rounds):
        for name in (*names[number % len(names) :], *names[: number % len(names)]):
            tell(f"round {number + 1} of {rounds}: {name}")
            results[name].append(measurements[name]())
    return results
