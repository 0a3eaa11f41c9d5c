"""A partner that is registered, tested and approved, and the server behind it."""

import json
from itertools import count
from typing import Final

from tests.support.e2e.stack_client import StackClient
from tools.sample_partner import Received, SamplePartners

NUMBERS: Final = count(700_001)  # of all tests together: none has another one's partner


class RegisteredPartner:
    """By default it has passed the review; its server answers `success` until a test changes that."""

    def __init__(
        self, stack_client: StackClient, server: SamplePartners, partner_id: int, *, approved: bool = True
    ) -> None:
        self.stack_client, self.server, self.id, self.name = stack_client, server, partner_id, f"partner-{partner_id}"
        wish = {"partnerId": partner_id, "name": self.name, "url": server.url(self.name)}
        answer = stack_client.call("POST", "/partners", json=wish)
        assert answer.status_code == 201, answer.text
        self.secret: str = answer.json()["secret"]
        if approved:
            self.approve()

    def approve(self) -> None:
        test = self.stack_client.call("POST", f"/partners/{self.id}/test", json={})
        assert test.json()["verdict"] == "success", test.text
        done = self.stack_client.call("POST", f"/partners/{self.id}/approve", json={"reason": "reviewed"})
        assert done.json()["state"] == "active", done.text
        self.tested = len(self.server.received(self.name))

    def wait_for(self, notifications: int, timeout: float = 20) -> list[Received]:
        """The requests after the test of the review, as soon as there are so many."""
        return self.server.wait_for(self.name, self.tested + notifications, timeout, answered=True)[self.tested :]

    def payload(self, order_id: str = "A-1") -> bytes:
        body = {"orderId": order_id, "LHOrderId": "1", "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
        content = {"code": 10000, "describe": "執行成功", "partnerId": self.id, "method": "snNotify", "body": body}
        return json.dumps(content, ensure_ascii=False).encode()
