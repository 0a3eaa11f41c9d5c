"""An attempt is one POST to a partner; its verdict is a value, never an exception."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What an attempt came to. Only `SUCCESS` means delivered; every other one is a failed attempt."""

    SUCCESS = "success"
    NOT_SUCCESS = "not_success"  # status 2xx, but the body is not the seven bytes `success`
    BAD_STATUS = "bad_status"  # any status outside 2xx and 3xx
    REDIRECT = "redirect"  # 3xx: never followed
    TIMEOUT = "timeout"  # the deadline passed before the complete answer was there
    TOO_LARGE = "too_large"  # more than 64 KiB, compressed or not
    BROKEN_ANSWER = "broken_answer"  # closed in the middle, not HTTP, a coding that cannot be undone
    NOT_RESOLVED = "not_resolved"  # the name has no address
    FORBIDDEN_ADDRESS = "forbidden_address"  # not an address that Herald may connect to
    NOT_CONNECTED = "not_connected"  # refused, unreachable, reset
    TLS = "tls"  # the certificate or the handshake
    OUR_FAULT = "our_fault"  # Herald failed before it could ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one POST, as the attempt log keeps it."""

    at: int  # start, ms since the epoch
    duration_ms: int
    address: str | None  # "203.0.113.7:443", or None when no connection was made
    status: int | None  # HTTP status, or None when there was no answer
    verdict: Verdict
    reason: str  # a sentence that customer service can read out to the partner
    excerpt: str  # the first 512 bytes of the answer, undecodable bytes as U+FFFD

    @property
    def delivered(self) -> bool:
        """Whether the partner acknowledged the notification."""
        return self.verdict is Verdict.SUCCESS

    @property
    def ended_at(self) -> int:
        """The end of the attempt, from which the next wait runs (ms since the epoch)."""
        return self.at + self.duration_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An outcome and its place on the ladder: `round` and `number` count from 1 (`herald-round`, `herald-attempt`)."""

    round: int
    number: int
    claim_id: str  # the claim under which it was made; recognises an attempt that is already logged
    outcome: Outcome
