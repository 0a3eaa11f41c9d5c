"""What limits Herald: AWS's quotas, settings of the template, and times that were measured or assumed."""

from dataclasses import dataclass


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
    """Milliseconds. The first two are CPU, measured here; the others are assumed."""

    cpu_a_message: float = 0.29  # of the poll, with one processor
    cpu_a_delivery: float = 5.2
    deliverer_processor: float = 0.29  # share of a processor that 512 MB have
    round_trip: float = 15.0  # of a request to SQS, of which a process has eight at a time
    answer_median: float = 50.0  # of a partner; its times are distributed lognormally
    answer_sigma: float = 0.5
    tables: float = 20.0  # claim and settle of a batch, side by side

    @property
    def messages_a_second(self) -> float:
        """That one process of a poll sends: limited by its processor, or by eight requests of ten messages."""
        return min(1_000 / self.cpu_a_message, 8 * 10 * 1_000 / self.round_trip)
