"""Notifications in the order in which they are due, counted by second of acceptance. Pure."""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Of(StrEnum):
    """Whose notifications."""

    MANY = "the partner with very many"
    OTHERS = "all others"


class Cohort(NamedTuple):
    """`size` notifications that were accepted in one second."""

    since: int
    whose: Of
    size: int


@dataclass
class Line:
    """The first that came in is the first that goes out. `count` is how many there are."""

    cohorts: deque[Cohort] = field(default_factory=deque)
    count: int = 0

    @property
    def oldest(self) -> float:
        """The second of acceptance of the first ones; infinite where there are none."""
        return self.cohorts[0].since if self.cohorts else math.inf

    def add(self, one: Cohort) -> None:
        """Puts them at the end."""
        if one.size:
            self.cohorts.append(one)
            self.count += one.size

    def take(self, most: int, until: float = math.inf) -> list[Cohort]:
        """Takes at most so many out, of those accepted until then, the first ones first."""
        taken: list[Cohort] = []
        while most > 0 and self.cohorts and self.oldest <= until:
            first = self.cohorts.popleft()
            some = min(first.size, most)
            taken.append(first._replace(size=some))
            if some < first.size:
                self.cohorts.appendleft(first._replace(size=first.size - some))
            most, self.count = most - some, self.count - some
        return taken
