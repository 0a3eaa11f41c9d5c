"""Checks of the fourth story, by the records of both stacks and of the shop system."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from herald.domain.clock import SECOND
from tools.demo.other_end.story import COUNT, RUNGS, payload
from tools.sample_partner import Received, Signature, interval

LATEST = 1.5  # seconds that a retry may come after its rung

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEndResult:
    """How the story ended."""

    source_id: str
    at_platform: list[Json]  # the notifications in the platform's API, in the order of submission
    at_partner: list[Json]  # in the partner's API, in the order of arrival
    tests: list[Received]  # the tests of an address that the shop system received
    received: list[Received]  # all other requests to it, in their order

    @property
    def accepted(self) -> list[Received]:
        """The requests that the shop system answered `success`."""
        return [one for one in self.received if is_accepted(one)]

    def of(self, notification_id: str) -> list[Received]:
        """The requests about one notification of the partner's stack."""
        return [one for one in self.received if one.headers["webhook-id"] == notification_id]

    @property
    def answered_after(self) -> list[int]:
        """The ms after which the platform had its `success`, for each notification."""
        return [one["attempts"][-1]["durationMs"] for one in self.at_platform]


def is_accepted(request: Received) -> bool:
    """Whether the shop system answered `success`."""
    return request.answer.endswith("success")


def told_at(one: Json) -> int:
    """When the platform had its last answer, in ms since the epoch."""
    attempt = one["attempts"][-1]
    return round(datetime.fromisoformat(attempt["at"]).timestamp() * SECOND) + int(attempt["durationMs"])


def failures(result: OtherEndResult) -> Iterator[str]:
    """What did not come out as told; nothing when all did."""
    yield from _at_platform(result)
    yield from _at_partner(result)
    yield from _at_shop(result)
    yield from _order(result)


def _at_platform(result: OtherEndResult) -> Iterator[str]:
    for number, one in enumerate(result.at_platform, 1):
        if (one["state"], len(one["attempts"])) != ("delivered", 1):
            yield f"notification {number} is {one['state']} at the platform, after {len(one['attempts'])} attempts"
    for number, (told, taken) in enumerate(zip(result.at_platform, result.accepted, strict=False), 1):
        if told_at(told) >= taken.at:
            yield f"the platform was told success of notification {number} only when the shop system had taken it"


def _at_partner(result: OtherEndResult) -> Iterator[str]:
    if len(result.at_partner) != COUNT:
        yield f"the partner's Herald stored {len(result.at_partner)} notifications of {COUNT}"
    for number, one in enumerate(result.at_partner, 1):
        if one["state"] != "delivered":
            yield f"notification {number} is {one['state']} at the partner, not delivered"
        if one["source"] != result.source_id:
            yield f"notification {number} is not of the source {result.source_id}, but of {one['source']}"


def _at_shop(result: OtherEndResult) -> Iterator[str]:
    """Each arrives with the platform's bytes, is refused at first, and is accepted once."""
    if len(result.tests) != 1:
        yield f"the shop system got {len(result.tests)} tests: the platform's test of the address was passed on"
    for number, one in enumerate(result.at_partner, 1):
        for failure in _wrong_requests(number, result.of(one["id"])):
            yield f"notification {number} {failure}"


def _wrong_requests(number: int, requests: list[Received]) -> Iterator[str]:
    accepted = [is_accepted(one) for one in requests]
    if accepted[:1] != [False] or accepted.count(True) != 1 or not accepted[-1]:
        yield f"was to be refused at first and accepted once: {[one.answer for one in requests]}"
    if any(one.body != payload(number) for one in requests):
        yield "did not arrive as it was submitted, byte for byte"
    if any(one.signature is not Signature.VALID for one in requests):
        yield "has a signature that is not valid"
    for (earlier, later), rung in zip(pairwise(requests), RUNGS, strict=False):
        if not rung <= (wait := interval(earlier, later)) <= rung + LATEST:
            yield f"came again after {wait:.2f} s, where its rung is {rung:g} s"


def _order(result: OtherEndResult) -> Iterator[str]:
    """Those of the same attempt are accepted in the order of arrival; more the ladder does not allow."""
    arrived = [one["id"] for one in result.at_partner]
    by_attempt = sorted(result.accepted, key=lambda one: one.headers["herald-attempt"])
    for attempt, those in groupby(by_attempt, key=lambda one: one.headers["herald-attempt"]):
        ids = [one.headers["webhook-id"] for one in those]
        if ids != [one for one in arrived if one in ids]:
            yield f"those that were accepted at attempt {attempt} came in another order than they had arrived"


def summary(result: OtherEndResult) -> str:
    """What happened, in two sentences."""
    told = ", ".join(str(one) for one in result.answered_after)
    refused = len(result.received) - len(result.accepted)
    return (
        f"The other end: the platform was told success after {told} ms, while the shop system was out of order and "
        f"refused {refused} requests. When it was back, it took each of the {len(result.accepted)} once, in the "
        "order of their arrival."
    )
