"""What a soak leaves to be judged: the partners' own record, what was accepted and decided, and what is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, override

from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder
from herald.domain.notification import Notification
from tools.sample_partner import Received

UNKNOWN_FOR = 60 * SECOND  # a request without an answer may take effect until then: longer than any function runs


_ACKNOWLEDGE = {"success", "chunks"}  # the words of the sample partner for answers that are `success`


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One POST by the partner's own record. Moments are ms since the epoch by the partner's clock."""

    id: str
    partner_id: int  # whose server it came to
    round: int
    number: int  # of the attempt, within its round
    at: int
    ended_at: int | None  # when its answer was handed over, or its connection ended
    told: bool  # the whole answer was `success`
    closed: bool = False  # its server closed the connection without a byte of an answer
    signed_at: int | None  # the moment that its signature names; None where that is not one of its partner's secret
    body: bytes = b""

    @classmethod
    def of(cls, received: Received, partner_id: int, signed_at: int | None) -> Self:
        """The POST, from the record of this partner's server."""
        headers = received.headers
        return cls(
            id=headers["webhook-id"],
            partner_id=partner_id,
            round=int(headers["herald-round"]),
            number=int(headers["herald-attempt"]),
            at=received.at,
            ended_at=received.answered_at,
            told=received.answer in _ACKNOWLEDGE and received.answered_at is not None,
            closed=received.answer == "close",
            signed_at=signed_at,
            body=received.body,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A notification whose submission was answered with `success`."""

    partner_id: int
    payload: bytes
    at: int  # when the answer came


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An operator's request about one notification, or by a job about many of a partner."""

    action: str  # redrive, resolve, cancel
    id: str | None  # None: of a job
    partner_id: int
    asked_at: int
    answered_at: int | None  # None where the answer did not come, so that it may have taken effect or not

    @property
    def effective_until(self) -> int:
        """The last moment at which it can take effect."""
        return self.asked_at + UNKNOWN_FOR if self.answered_at is None else self.answered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of one soak. Notifications are named by their ids."""

    ladder: Ladder
    accepted: Mapping[str, Accepted]
    posts: Mapping[str, Sequence[Post]]  # in the order of arrival
    stored: Mapping[str, Notification]
    decisions: Sequence[Decision] = ()
    kills: Sequence[int] = ()  # of processes of the deliverer
    write_faults: Mapping[str, Sequence[int]] = field(default_factory=dict)  # in writes of this notification
    breaker_opened_at: Mapping[int, int] = field(default_factory=dict)  # by partner, for the first time
    jumped_at: int | None = None  # when the functions' clocks went forward
    clocks_apart: int = 5 * SECOND
    attempt_timeout: int = 2 * SECOND
    poison: Mapping[str, int] = field(default_factory=dict)  # messages, by queue
    damages: Sequence[tuple[str | None, str]] = ()  # of `herald audit`: which notification, and its rule

    def decisions_on(self, one: str) -> list[Decision]:
        """What people asked for about this notification itself, without jobs."""
        return [decision for decision in self.decisions if decision.id == one]

    def jobs_of(self, partner_id: int, action: str) -> list[Decision]:
        """The jobs with this action over this partner's notifications."""
        return [one for one in self.decisions if (one.id, one.partner_id, one.action) == (None, partner_id, action)]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken, by which notification (None: by the system), and how."""

    rule: str
    id: str | None
    detail: str

    @override
    def __str__(self) -> str:
        return f"{self.rule}: {self.detail}" + (f" ({self.id})" if self.id else "")
