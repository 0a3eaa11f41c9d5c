"""The table in memory: one checks each write, the other loses requests and responses."""

from collections.abc import Callable
from typing import Any, override

from herald.domain.notification import Notification
from herald.domain.transitions import State
from herald.store.dynamodb import TableUnavailable
from herald.store.items.notification_item import from_item
from tests.support.fake_store import MemoryTable

CLOSED = {State.DELIVERED, State.RESOLVED, State.CANCELLED}  # only a redrive leads out of them

type Between = Callable[[], object]


class Stopped(BaseException):
    """The process ended here."""


class WatchedTable(MemoryTable):
    """Sees to it that each write is one step: of the ladder, or of somebody who acted."""

    @override
    def save(self, before: Notification, after: Notification) -> None:
        old = from_item(self.items[before.id])
        super().save(before, after)
        new = from_item(self.items[before.id])
        same, next_rung, next_round = (old.round, old.attempt), (old.round, old.attempt + 1), (old.round + 1, 1)
        place = (new.round, new.attempt)
        assert place in {same, next_rung, next_round}
        assert new.turn - old.turn in {0, 1}
        assert new.logged - old.logged in {0, 1}
        if place == next_rung:
            assert (new.attempts[-1].round, new.attempts[-1].number) == same
        if old.state in CLOSED and new.state is not old.state:
            assert place == next_round


class UnreliableTable:
    """The table, on a network that may lose what is asked or what is answered, or ask twice."""

    def __init__(self, table: MemoryTable) -> None:
        self.table = table
        self.fault = "none"
        self.between: Between = lambda: None

    def get(self, *args: Any) -> Any:
        return self.table.get(*args)

    def claim(self, *args: Any) -> Any:
        return self._unreliably(self.table.claim, args)

    def save(self, *args: Any) -> None:
        self._unreliably(self.table.save, args)

    def _unreliably(self, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        fault, self.fault = self.fault, "none"
        if fault == "stopped before":
            raise Stopped
        if fault == "unreachable":
            raise TableUnavailable
        answer = call(*args)
        if fault == "stopped after":
            raise Stopped
        if fault == "answer lost":
            raise TableUnavailable
        if fault == "repeated":
            self.between()
            return call(*args)
        return answer
