"""What limits Herald: AWS's quotas, settings of the template, and times that were measured or assumed."""

import math
from dataclasses import dataclass
from typing import Final

PAGE: Final = 500  # rows of the due index that a poll reads with one request
REQUESTS: Final = 8  # to SQS, that a process of a poll makes at a time
MESSAGES_OF_A_REQUEST: Final = 10
_PAGE_READ_AND_POSITION_SAVED: Final = 2
_LEASE_READ: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Quotas by AWS's documentation, November 2026. docs/scale.md names the page of each."""

    # SQS
    in_flight: int = 120_000  # messages of a standard queue that were received and are not deleted
    # Lambda
    first_batches: int = 5  # that an event source mapping of SQS processes at once when messages come
    more_batches_a_minute: int = 300
    account_concurrency: int = 1_000
    # DynamoDB, in write units a second
    partition_writes: int = 1_000
    first_table_writes: int = 4_000  # of a new table that is paid by request
    table_writes: int = 40_000  # of any table, by default
    peak_counts_after: int = 1_800  # seconds, after which a peak lets the table take twice as much
    # Of the template
    maximum_concurrency: int = 50  # of the deliverer's mapping
    batch: int = 10
    shards: int = 8
    poll_every: int = 300  # seconds
    poll_time: int = 230  # seconds that a poll sends for, at most
    poll_alone: int = 16_000  # rows that a poll sends before it shares: 4 pages of 500 rows in 8 shards
    # Writes of one notification: table put, claim and settle; index `due` put and delete
    writes_accepted: int = 1
    writes_attempted: int = 2

    @property
    def batches(self) -> int:
        """That may be processed at once, after enough minutes."""
        return min(self.maximum_concurrency, self.account_concurrency, self.in_flight // self.batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds. The first two are CPU, measured (docs/benchmarks.md); the others are assumed."""

    cpu_a_message: float = 0.07  # of the poll, with one processor
    cpu_a_delivery: float = 2.46
    deliverer_processor: float = 0.29  # share of a processor that 512 MB have
    round_trip: float = 15.0  # of a request of the poll to SQS or DynamoDB
    answer_median: float = 50.0  # of a partner; its times are distributed lognormally
    answer_sigma: float = 0.5
    tables: float = 20.0  # claim and settle of a batch, side by side

    @property
    def messages_of_a_poll(self) -> float:
        """That a poll sends itself in a second: eight shards side by side, in each one request after the other."""
        of_a_page = PAGE // MESSAGES_OF_A_REQUEST + _PAGE_READ_AND_POSITION_SAVED
        return min(1_000 / self.cpu_a_message, REQUESTS * self._of_one_shard(of_a_page))

    @property
    def messages_of_a_share(self) -> float:
        """That a share sends in a second: of one shard, eight requests at a time, and then the next eight."""
        in_turn = math.ceil(PAGE / MESSAGES_OF_A_REQUEST / REQUESTS) + _PAGE_READ_AND_POSITION_SAVED + _LEASE_READ
        return self._of_one_shard(in_turn)

    def _of_one_shard(self, in_turn: int) -> float:
        """In a second, with so many requests in turn for a page, and the CPU beside them."""
        return PAGE * 1_000 / (in_turn * self.round_trip + PAGE * self.cpu_a_message)
