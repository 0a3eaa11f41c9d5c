"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The numbers of a run. The default takes some minutes."""

    rounds: int = 5
    deliveries: int = 2_000
    submissions: int = 2_000
    polled: int = 10_000  # in each round
    posts: int = 5_000
    tasks: int = 3_000  # of Celery and BullMQ
    warm: int = 200  # that come before, and do not count
    functions: frozenset[str] | None = None  # whose import is measured; None: all
    polls: tuple[int, ...] = (1_000, 10_000, 100_000)
    listed: int = 100_000
    page: int = 100  # notifications; the most that the API gives
    pages: int = 10  # of each place


TINY = Scale(
    rounds=1,
    deliveries=20,
    submissions=10,
    polled=30,
    posts=50,
    tasks=50,
    warm=10,
    functions=frozenset({"receiver"}),
    polls=(),
    listed=200,
    pages=1,
)
