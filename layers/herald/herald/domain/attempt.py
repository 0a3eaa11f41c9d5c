"""An attempt is one POST to a partner. Its verdict is a value, never an exception."""

from dataclasses import dataclass
from enum import StrEnum

from herald.languages.reason import Reason


class Verdict(StrEnum):
    """The result of an attempt. Only `SUCCESS` means delivered; every other verdict is a failed attempt."""

    SUCCESS = "success"
    NOT_SUCCESS = "not_success"  # status 2xx, but the body is not the seven bytes `success`
    BAD_STATUS = "bad_status"  # any status outside 2xx and 3xx
    REDIRECT = "redirect"  # 3xx: never followed
    TIMEOUT = "timeout"  # the deadline passed before the response was complete
    TOO_LARGE = "too_large"  # more than 64 KiB, compressed or not
    BROKEN_ANSWER = "broken_answer"  # incomplete, not HTTP, or a Content-Encoding that cannot be decoded
    NOT_RESOLVED = "not_resolved"  # the host name has no address
    FORBIDDEN_ADDRESS = "forbidden_address"  # not an address that Herald may connect to
    NOT_CONNECTED = "not_connected"  # refused, unreachable, reset
    TLS = "tls"  # the certificate or the handshake
    OUR_FAULT = "our_fault"  # Herald itself failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one POST, as the attempt log keeps it."""

    at: int  # start, ms since the epoch
    duration_ms: int
    address: str | None  # "203.0.113.7:443", None without a connection
    status: int | None  # HTTP status, None without a response
    verdict: Verdict
    reason: Reason  # for the partner
    excerpt: str  # the first 512 bytes of the body; bytes that are not UTF-8 as U+FFFD
    retry_after: int | None = None  # the partner wants no attempt before that moment (ms since the epoch)

    @property
    def delivered(self) -> bool:
        """Whether the partner acknowledged the notification."""
        return self.verdict is Verdict.SUCCESS

    @property
    def ended_at(self) -> int:
        """The end of the attempt, at which the next wait begins (ms since the epoch)."""
        return self.at + self.duration_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An outcome and its rung: `round` and `number` count from 1 (headers `herald-round`, `herald-attempt`)."""

    round: int
    number: int
    claim_id: str  # the claim of the attempt, which identifies it in the log
    outcome: Outcome
