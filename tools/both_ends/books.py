"""What has to be true after a run, by the shop system's own record and what both stacks stored. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.sample_partner import Received, Signature

BATCH: Final = 10  # messages that one invocation of a deliverer has, at most
SUCCESS: Final = "200 success"  # how the record names the answer of an acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What `herald audit` said of a stack."""

    states: Mapping[str, int]  # how many notifications are in which state
    damages: Sequence[Any] = ()

    @property
    def delivered(self) -> int:
        """How many are delivered."""
        return self.states.get("delivered", 0)

    @property
    def stored(self) -> int:
        """How many there are."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What was submitted, what arrived, and both audits."""

    submitted: Sequence[bytes]
    received: Sequence[Received]  # by the shop system, in the order of arrival
    audits: Mapping[str, Audit]  # by stack
    lost_batches: int = 0  # of the partner's deliverer: how often one of its processes was killed

    @property
    def repeated(self) -> int:
        """The requests about notifications that the shop system had acknowledged before."""
        accepted = Counter(one.headers["webhook-id"] for one in self.received if one.answer == SUCCESS)
        return sum(count - 1 for count in accepted.values())


def violations(books: Books) -> Iterator[str]:
    """What is not as it has to be; nothing where all is."""
    yield from _of_each(books)
    yield from _of_all(books)
    if books.repeated > BATCH * books.lost_batches:
        yield f"{books.repeated} came again although acknowledged; batches lost by a kill: {books.lost_batches}"
    for stack, audit in books.audits.items():
        if audit.damages:
            yield f"{stack}: `herald audit` found {len(audit.damages)} damages: {audit.damages}"
        if audit.delivered != audit.stored or audit.stored != len(books.submitted):
            yield f"{stack}: {len(books.submitted)} were submitted, and these are stored: {dict(audit.states)}"


def _of_each(books: Books) -> Iterator[str]:
    """Each notification is acknowledged by the shop system, under one id."""
    requests: defaultdict[bytes, list[Received]] = defaultdict(list)
    for one in books.received:
        requests[one.body].append(one)
    for body in books.submitted:
        if not any(one.answer == SUCCESS for one in requests[body]):
            yield f"never acknowledged: {body.decode()}"
        if len({one.headers["webhook-id"] for one in requests[body]}) > 1:
            yield f"came with several ids: {body.decode()}"


def _of_all(books: Books) -> Iterator[str]:
    """The shop system receives only what was submitted, signed, with an id for each."""
    submitted = set(books.submitted)
    for one in books.received:
        if one.body not in submitted:
            yield f"request {one.number} was never submitted in this form: {one.body.decode(errors='replace')}"
        if one.signature is not Signature.VALID:
            yield f"request {one.number} has a signature that is {one.signature}"
    bodies: defaultdict[str, set[bytes]] = defaultdict(set)
    for one in books.received:
        bodies[one.headers["webhook-id"]].add(one.body)
    for notification_id, those in bodies.items():
        if len(those) > 1:
            yield f"{notification_id} is the id of {len(those)} notifications"
