"""What AWS gives in a second: batches of the deliverer's event source mapping, and writes of a table. Pure."""

import math
from dataclasses import dataclass, field

from tools.scale.simulated.limits import Limits


@dataclass
class Batches:
    """How many batches are processed at once: few at first, then more each minute while messages wait."""

    limits: Limits
    now: float = 0.0

    def scale(self, waiting: int) -> None:
        """The next second begins, with so many messages that wait."""
        wanted = math.ceil(waiting / self.limits.batch)
        more = self.now + self.limits.more_batches_a_minute / 60 if self.now else self.limits.first_batches
        self.now = min(more, wanted, self.limits.batches)

    @property
    def messages(self) -> int:
        """In flight."""
        return round(self.now) * self.limits.batch


@dataclass
class TableWrites:
    """What a table takes that is paid by request: twice its highest peak of more than half an hour ago."""

    limits: Limits
    noted: list[float] = field(default_factory=list)
    peak: float = 0.0

    def most(self) -> float:
        """In the second that begins now."""
        old = len(self.noted) - self.limits.peak_counts_after
        if old >= 0:
            self.peak = max(self.peak, self.noted[old])
        return min(self.limits.table_writes, max(self.limits.first_table_writes, 2 * self.peak))

    def note(self, writes: float) -> None:
        """What was written in this second."""
        self.noted.append(writes)
