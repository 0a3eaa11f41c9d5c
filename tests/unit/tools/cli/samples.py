"""What the API stub answers in the tests of the command line, and the result of a command."""

from collections.abc import Callable
from dataclasses import dataclass

ID = "3528_dGVzdDE1ODU4NQ_00112233445566778899aabbccddeeff"
ATTEMPT = {
    "round": 1,
    "attempt": 1,
    "at": "2026-11-23T04:05:06Z",
    "durationMs": 41,
    "address": "203.0.113.7:443",
    "status": 200,
    "verdict": "not_success",
    "reason": "HTTP 200, but the body was `SUCCESS`: it must be lower case",
    "excerpt": "SUCCESS",
}
NOTIFICATION = {
    "id": ID,
    "partnerId": 3528,
    "orderId": "test158585",
    "method": "snNotify",
    "state": "failed",
    "turn": 3,
    "round": 1,
    "attempt": 1,
    "acceptedAt": "2026-11-23T04:05:06Z",
    "payload": '{"code":10000,"describe":"執行成功","body":{"orderQuantity":3,"usedQuantity":1,"sncode":"41,42"}}',
    "attempts": [ATTEMPT],
    "since": "2026-11-23T04:05:07Z",
    "reason": ATTEMPT["reason"],
    "olderAttempts": 2,
    "history": [],
}
PARTNER = {
    "partnerId": 3528,
    "name": "Lakeside [Travel]",
    "state": "pending",
    "proposedUrl": "https://lakeside.example/notify",
    "history": [{"at": "2026-11-23T04:05:06Z", "by": "alice", "action": "create", "reason": "registered"}],
}
ENVIRONMENT = {"HERALD_API_URL": "https://herald.example", "HERALD_KEY": "k"}


@dataclass
class CommandResult:
    code: int
    out: str
    err: str

    @property
    def result(self) -> str:
        """What was printed, without its line breaks."""
        return " ".join(self.out.split())


type Herald = Callable[..., CommandResult]
