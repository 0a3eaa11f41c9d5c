"""The network to AWS: what happens to a request, and one request at a time, as DynamoDB's writes are atomic.

moto answers inside botocore; its writes are atomic only when no two threads are in it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import RLock
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.retries.standard import ExponentialBackoff
from moto.core.botocore_stubber import BotocoreStubber

type Answer = Any
type Process = Callable[[], Answer]
type Fault = Callable[[Process], Answer]

_THROTTLED = json.dumps({"__type": "com.amazon.coral.availability#ThrottlingException", "message": "Rate exceeded"})


class Network:
    """Every request passes `pass_on`; a fault is what happens to those of one operation meanwhile."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._faults: dict[str, Fault] = {}
        self.seen: list[tuple[str, dict[str, Any]]] = []  # the operations asked for and what they said

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The client's own retries stay, but do not wait."""
        process: Callable[[BotocoreStubber, Any], Answer] = BotocoreStubber.process_request

        def process_request(stubber: BotocoreStubber, request: Any) -> Answer:
            return self.pass_on(request, lambda: process(stubber, request))

        monkeypatch.setattr(BotocoreStubber, "process_request", process_request)
        monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda _self, _context: 0)

    def pass_on(self, request: Any, process: Process) -> Answer:
        operation = operation_of(request)
        with self._lock:
            self.seen.append((operation, json.loads(request.body or "{}") if operation else {}))
            return self._faults.get(operation, _arrives)(process)

    def operations(self) -> list[str]:
        """What was asked for so far, in order."""
        return [operation for operation, _ in self.seen]

    def repeats(self, operation: str, between: Callable[[], object] = lambda: None) -> AbstractContextManager[None]:
        """Its answer is lost, and the client asks once more; `between` is what somebody else does before that."""

        def repeat(process: Process) -> Answer:
            process()
            del self._faults[operation]
            between()
            return process()

        return self._while(operation, repeat)

    def breaks(self, operation: str) -> AbstractContextManager[None]:
        """It does not reach AWS at all."""
        return self._while(operation, lambda _: _closed())

    def loses_the_answer(self, operation: str) -> AbstractContextManager[None]:
        """It takes effect, but no answer ever comes back."""
        return self._while(operation, lambda process: (process(), _closed()))

    def throttles(self, operation: str) -> AbstractContextManager[None]:
        """AWS turns it down for now."""
        return self._while(operation, lambda _: (400, {"Content-Type": "application/x-amz-json-1.0"}, _THROTTLED))

    def refuses(self, operation: str, code: str) -> AbstractContextManager[None]:
        """AWS answers it with this error."""
        answer = 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps({"__type": code, "message": "no"})
        return self._while(operation, lambda _: answer)

    @contextmanager
    def _while(self, operation: str, fault: Fault) -> Iterator[None]:
        self._faults[operation] = fault
        try:
            yield
        finally:
            self._faults.pop(operation, None)


def operation_of(request: Any) -> str:
    """`UpdateItem`, from the header that DynamoDB and SQS use; empty for others."""
    target = request.headers.get("X-Amz-Target", b"")
    text = target.decode() if isinstance(target, bytes) else str(target)
    return text.rpartition(".")[2]


def _arrives(process: Process) -> Answer:
    return process()


def _closed() -> Answer:
    raise ConnectionClosedError(endpoint_url="https://aws.example.com")
