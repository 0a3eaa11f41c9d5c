"""The partners' own record: what each was told to answer, and every request that came, by their own clock."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from threading import Condition

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from herald.contract.signature import fits_one_message
from herald.domain.clock import SECOND, now
from tools.sample_partner.canned_response import NAMED, CannedResponse
from tools.sample_partner.script import Script

UNAUTHORIZED = CannedResponse(name="bad signature", status=401, body=b"bad signature")


class Signature(StrEnum):
    """What the partner thinks of a request's signature."""

    VALID = "valid"
    INVALID = "invalid"
    UNCHECKED = "unchecked"  # it was not told the secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in."""

    at: int  # when its head had arrived: ms since the epoch by the partner's clock
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # exactly as sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Request):
    """A request and what the partner made of it."""

    number: int  # of this partner, from 1
    signature: Signature
    answer: str  # how it was answered, in the script's words
    answered_at: int | None = None  # when the last byte of the answer was handed over; None while it is not


@dataclass(slots=True)
class _Partner:
    script: Script = field(default_factory=lambda: Script.of([NAMED["success"]()]))
    told_at: int = 0  # how many requests had come when the script was told
    secret: str | None = None
    received: list[Received] = field(default_factory=list)


class RequestLog:
    """The record of all partners of one server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._partners: dict[str, _Partner] = {}
        self._arrivals: list[tuple[str, Received]] = []
        self._closed = False

    def configure(self, name: str, script: Script) -> None:
        """From now on the partner answers so, from the script's first step."""
        with self._change(name) as partner:
            partner.script, partner.told_at = script, len(partner.received)

    def share_secret(self, name: str, secret: str) -> None:
        """Gives the partner the secret (`whsec_…`) by which it checks signatures."""
        Webhook(secret)  # raises ValueError now rather than at the first request
        with self._change(name) as partner:
            partner.secret = secret

    def forget(self, name: str) -> None:
        """Removes the partner: its script, its secret and its record."""
        with self._changed:
            self._partners.pop(name, None)
            self._changed.notify_all()

    def write(self, name: str, request: Request) -> tuple[int, CannedResponse]:
        """Writes a request down; gives its number and the answer to it."""
        with self._change(name) as partner:
            number = len(partner.received) + 1
            signature = check(partner.secret, request)
            invalid = signature is Signature.INVALID
            answer = UNAUTHORIZED if invalid else partner.script.answer(number - partner.told_at)
            known = {part.name: getattr(request, part.name) for part in fields(request)}
            received = Received(**known, number=number, signature=signature, answer=answer.name)
            partner.received.append(received)
            self._arrivals.append((name, received))
        return number, answer

    def answered(self, name: str, number: int) -> None:
        """Notes that the answer to this request has been handed over."""
        with self._change(name) as partner:
            if number <= len(partner.received):  # else it was forgotten meanwhile
                partner.received[number - 1] = replace(partner.received[number - 1], answered_at=now())

    def names(self) -> list[str]:
        """The partners that were told something or received something."""
        with self._changed:
            return sorted(self._partners)

    def received(self, name: str) -> list[Received]:
        """All requests so far, the first one first."""
        with self._changed:
            partner = self._partners.get(name)
            return list(partner.received) if partner else []

    def wait_for(self, name: str, count: int, timeout: float, *, answered: bool = False) -> list[Received]:
        """All requests, as soon as there are `count` of them (and, if asked for, answered ones).

        Raises `TimeoutError`, with how many came, when that takes longer than `timeout` seconds.
        """

        def there() -> bool:
            return sum(1 for one in self.received(name) if one.answered_at or not answered) >= count

        with self._changed:
            self._changed.wait_for(lambda: there() or self._closed, timeout)
            if not there():
                came = len(self.received(name))
                raise TimeoutError(f"partner {name}: {came} of {count} requests came within {timeout:g} s")
            return self.received(name)

    def follow(self) -> Iterator[tuple[str, Received]]:
        """Every request of every partner from the first one on, each as it arrives; ends when the book is closed."""
        seen = 0
        while arrived := self._wait_for_arrivals(seen):
            yield from arrived
            seen += len(arrived)

    def _wait_for_arrivals(self, seen: int) -> list[tuple[str, Received]]:
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrivals) > seen or self._closed)
            return self._arrivals[seen:]

    def close(self) -> None:
        """Nothing more will come: whoever waits gives up."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def _change(self, name: str) -> Iterator[_Partner]:
        with self._changed:
            yield self._partners.setdefault(name, _Partner())
            self._changed.notify_all()


def check(secret: str | None, request: Request) -> Signature:
    """What the official Standard Webhooks library says of the signature, where that can be of this request only."""
    if secret is None:
        return Signature.UNCHECKED
    if not fits_one_message(request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")):
        return Signature.INVALID  # the library takes an id with a full stop, and whatever `float` reads as a timestamp
    try:
        Webhook(secret).verify(request.body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return Signature.INVALID
    return Signature.VALID


def interval(earlier: Received, later: Received) -> float:
    """Seconds from the end of one answer to the arrival of a later request: the wait as the partner saw it.

    Raises `ValueError` when the earlier one was never answered.
    """
    if earlier.answered_at is None:
        raise ValueError(f"request {earlier.number} was never answered")
    return (later.at - earlier.answered_at) / SECOND
