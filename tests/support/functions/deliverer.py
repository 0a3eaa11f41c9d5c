"""The deliverer against moto, with a partner's answers that a test decides on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from deliverer import app as deliverer
from deliverer import dependencies
from herald.domain.attempt import Outcome
from herald.domain.clock import now
from herald.domain.decisions.decisions import close, redrive
from herald.domain.notification import Notification
from herald.domain.transitions import Action
from herald.messaging.delivery_queue import DeliveryQueue
from tests.support.aws.aws_stack import Aws, sqs_event
from tests.support.factories import LADDER, a_notification, a_partner, an_id, an_outcome
from tests.support.functions.dispatcher import current, notifications, partners, registered, stands

type Answering = Callable[["Post"], Outcome | Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Post:
    """One POST, as it would have gone out."""

    url: str
    body: bytes
    headers: dict[str, str]
    deadline_seconds: int | None = None
    internal: bool = False

    @property
    def notification(self) -> str:
        return self.headers["webhook-id"]

    @property
    def place(self) -> tuple[int, int]:
        """Its round and its attempt."""
        return int(self.headers["herald-round"]), int(self.headers["herald-attempt"])


@dataclass
class Poster:
    """Stands in for the webhook client: records each POST, and responds as a test sets it. At first with a success."""

    answering: Answering = lambda _: an_outcome(success=True, at=now())
    posts: list[Post] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)  # seconds that the deliverer would have waited
    during_pause: Callable[[], object] = lambda: None

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.during_pause()

    async def post(
        self,
        url: str,
        body: bytes,
        headers: dict[str, str],
        *,
        deadline_seconds: int | None = None,
        internal: bool = False,
    ) -> Outcome:
        self.posts.append(Post(url, body, headers, deadline_seconds, internal))
        answer = self.answering(self.posts[-1])
        return answer if isinstance(answer, Outcome) else await answer

    def refuses(self) -> None:
        """From now on the partner answers `no`."""
        self.answering = lambda _: an_outcome(at=now())

    def meanwhile(self, act: Callable[[], object], *, success: bool) -> None:
        """Somebody acts while the POST is on the wire; then the partner answers."""

        def answer(_: Post) -> Outcome:
            act()
            return an_outcome(success=success, at=now())

        self.answering = answer

    def wait_for_each_other(self, count: int) -> None:
        """Nobody is answered before so many are asked."""
        barrier = asyncio.Barrier(count)

        async def answer(_: Post) -> Outcome:
            async with asyncio.timeout(10):
                await barrier.wait()
            return an_outcome(success=True, at=now())

        self.answering = answer


def employed(monkeypatch: pytest.MonkeyPatch) -> Poster:
    """The deliverer's webhook client, from now on."""
    poster = Poster()
    monkeypatch.setattr(dependencies, "webhook_client", lambda: poster)
    monkeypatch.setattr(dependencies, "sleep", poster.pause)
    return poster


def queued(aws: Aws, *those: Notification) -> None:
    """Their messages are in the queue, to be received now."""
    for one in those:
        DeliveryQueue(aws.refs["DeliveryQueue"]).send([one.due], now())


def deliver(aws: Aws, limit: int = 10) -> list[str]:
    """One batch of what is visible. Gives the message ids of those that come back."""
    answer = aws.invoke(deliverer.handler, "DeliveryQueue", limit)
    assert answer is not None, "nothing is visible"
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


ONE = an_id(1)


AGAIN = 180.001  # seconds: a moment after the visibility timeout


def message(notification: Notification) -> str:
    return json.dumps({"id": str(notification.id), "turn": notification.turn})


def events(*those: Notification) -> dict[str, Any]:
    return sqs_event(*map(message, those))


def operator_does(action: Action) -> None:
    before = current(ONE)
    if action is Action.REDRIVE:
        after = redrive(before, "alice", "they are repaired", now())
    else:
        after = close(before, action, "alice", "told by telephone", now(), 90)
    notifications().save(before, after)


def employed_for_one(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:
    """The same, with one registered partner and one notification that is queued for it."""
    monkeypatch.setenv("LADDER", str(LADDER))
    poster = employed(monkeypatch)
    registered(a_partner())
    stands(a_notification(1))
    queued(aws, a_notification(1))
    return poster


def limited(**limits: Any) -> None:
    """The registered partner has these limits."""
    partners().save(a_partner(), replace(a_partner(**limits), version=2))


def several(aws: Aws, count: int) -> None:
    """Beside the first one there are as many others, all queued."""
    those = [a_notification(n) for n in range(2, count + 1)]
    stands(*those)
    queued(aws, *those)
