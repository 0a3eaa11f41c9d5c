"""A client of a deployed stack: the API by HTTP, and the functions and queues by AWS calls."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from tools.local_engine.engine import Engine
from tools.local_stack.stack import Stack

type Herald = Callable[..., Any]  # a command's words; its JSON

ANSWERS_WITHIN = 90.0  # seconds; twenty requests at once are forty cold starts on two processors


@dataclass(frozen=True, slots=True)
class StackClient:
    """Calls the API by HTTP and the functions directly."""

    engine: Engine
    stack: Stack

    def call(
        self, method: str, path: str, *, role: str | None = "operator", key: str | None = None, **request: Any
    ) -> requests.Response:
        """One request with the key of the role (None: without one), e.g. `call("GET", "/partners/3528")`."""
        key = key or (self.stack.keys[role] if role else None)
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **request.pop("headers", {})}
        with requests.Session() as session:
            session.trust_env = False
            url = self.stack.api_url + path
            return session.request(method, url, headers=headers, timeout=ANSWERS_WITHIN, **request)

    def submit(self, payload: bytes) -> requests.Response:
        """What a publisher does."""
        headers = {"Content-Type": "application/json"}
        return self.call("POST", "/notifications", role="publisher", data=payload, headers=headers)

    def poll(self) -> Any:
        """One poll now. What the dispatcher answers."""
        return self.invoke("DispatcherFunction")

    def invoke(self, function: str, event: dict[str, Any] | None = None) -> Any:
        """Invokes the function by its logical id; its answer. Fails when the function does."""
        name = self.stack.functions[function]
        answer = self.engine.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
        payload = json.loads(answer["Payload"].read() or "null")
        assert "FunctionError" not in answer, payload
        return payload

    def depth(self, queue: str) -> int:
        """How many messages the queue has, delayed and hidden ones included."""
        kinds = ["", "NotVisible", "Delayed"]
        names = [f"ApproximateNumberOfMessages{kind}" for kind in kinds]
        sqs = self.engine.client("sqs")
        found = sqs.get_queue_attributes(QueueUrl=self.stack.queues[queue], AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)
