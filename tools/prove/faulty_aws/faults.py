"""Which request between a function and AWS fails, and how: chosen by a seed. Pure."""

import json
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

SERVICES: Final = ("dynamodb", "sqs", "sns", "kms")
STORM_RATE: Final = 0.5  # of the requests to a service in a storm
_STORM_EVERY: Final = (30.0, 60.0)  # seconds between two storms
_STORM_TAKES: Final = (2.0, 6.0)  # seconds


class Fault(StrEnum):
    """What happens to a request."""

    ERROR = "error"  # 500 in the service's own form; nothing took effect
    THROTTLED = "throttled"  # likewise
    HANG = "hang"  # no answer until the client gives up; nothing took effect
    RESET = "reset"  # the connection is closed; nothing took effect
    ANSWER_LOST = "answer lost"  # it took effect, and then the connection is closed
    ANSWER_LATE = "answer late"  # it took effect, and then no answer until the client gives up
    SLOW = "slow"  # it takes effect later
    TWICE = "twice"  # what sends to a queue or a topic takes effect twice


TOOK_EFFECT: Final = frozenset({Fault.ANSWER_LOST, Fault.ANSWER_LATE, Fault.TWICE})
_OF_ALL: Final = tuple(fault for fault in Fault if fault is not Fault.TWICE)
_SENDS: Final = frozenset({"SendMessage", "SendMessageBatch", "Publish"})


@dataclass(frozen=True, slots=True)
class Request:
    """A request to AWS: the service by its signing name, and the operation."""

    service: str
    operation: str


@dataclass(frozen=True, slots=True)
class Storm:
    """Half of the requests to one service fail from `begin` to `end` (seconds from the beginning of the soak)."""

    begin: float
    end: float
    service: str


class FaultChoice:
    """Chooses faults: `rate` of the requests, and more of them in storms. The same seed chooses the same sequence."""

    def __init__(self, seed: int, rate: float, seconds: float) -> None:
        self._random = Random(f"faults {seed}")  # noqa: S311 - chosen, not secret
        self._rate = rate
        self.storms = tuple(_storms(Random(f"storms {seed}"), seconds)) if rate else ()  # noqa: S311 - likewise

    def choose(self, request: Request, since_begin: float) -> Fault | None:
        """The fault of a request so many seconds after the beginning, or None."""
        storm = any(
            storm.service == request.service and storm.begin <= since_begin < storm.end for storm in self.storms
        )
        if self._random.random() >= (STORM_RATE if storm else self._rate):
            return None
        return self._random.choice((*_OF_ALL, Fault.TWICE) if request.operation in _SENDS else _OF_ALL)

    def pause(self) -> float:
        """Seconds by which a slow request is late: less than its client waits."""
        return self._random.uniform(0.2, 1.5)


def _storms(random: Random, seconds: float) -> list[Storm]:
    found, at = [], random.uniform(5, _STORM_EVERY[0])
    while at < seconds:
        end = at + random.uniform(*_STORM_TAKES)
        found.append(Storm(at, end, random.choice(SERVICES)))
        at = end + random.uniform(*_STORM_EVERY)
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int
    body: bytes
    headers: dict[str, str]


_NAMES: Final = {
    ("dynamodb", Fault.ERROR): "com.amazonaws.dynamodb.v20120810#InternalServerError",
    ("dynamodb", Fault.THROTTLED): "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    ("sqs", Fault.ERROR): "com.amazonaws.sqs#InternalFailure",
    ("sqs", Fault.THROTTLED): "com.amazonaws.sqs#RequestThrottled",
    ("kms", Fault.ERROR): "KMSInternalException",
    ("kms", Fault.THROTTLED): "ThrottlingException",
    ("sns", Fault.ERROR): "InternalError",
    ("sns", Fault.THROTTLED): "Throttled",
}


def error_answer(service: str, fault: Fault) -> Answer:
    """The error as this service words it; of one that is not in `SERVICES` as DynamoDB does."""
    status = 500 if fault is Fault.ERROR else 400
    name = _NAMES.get((service, fault)) or _NAMES["dynamodb", fault]
    if service == "sns":
        error = f"<Error><Type>Receiver</Type><Code>{name}</Code><Message>a soak</Message></Error>"
        return Answer(status, f"<ErrorResponse>{error}</ErrorResponse>".encode(), {"Content-Type": "text/xml"})
    more = {"x-amzn-query-error": f"{name.rpartition('#')[2]};Receiver"} if service == "sqs" else {}
    body = json.dumps({"__type": name, "message": "a soak"}).encode()
    return Answer(status, body, {"Content-Type": "application/x-amz-json-1.0", **more})
