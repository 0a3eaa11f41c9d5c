"""What is stored of an order is deleted on the deployed stack, whatever its number looks like in a path."""

import pytest

from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import Herald, StackClient
from tools.common.waiting import wait_until
from tools.sample_partner import SamplePartners


@pytest.mark.parametrize("order", ["A-1", "a!~$&'()*+,;=:@"])
def test_an_order_is_deleted_by_its_number(
    stack_client: StackClient, sample_partners: SamplePartners, herald: Herald, order: str
) -> None:
    partner = RegisteredPartner(stack_client, sample_partners, next(NUMBERS))
    accepted = stack_client.submit(partner.payload(order))
    notification_id = accepted.headers["herald-notification-id"]
    stack_client.poll()
    partner.wait_for(1)
    path = f"/notifications/{notification_id}"
    wait_until(lambda: stack_client.call("GET", path).json(), lambda one: one["state"] == "delivered", 20)
    words = ("orders", "delete", order, "--partner", str(partner.id), "--reason", "asked for", "--yes")
    assert herald(*words) == {"deleted": 1, "left": 0}
    left = stack_client.call("GET", path).json()
    assert (left["attempts"], [entry["action"] for entry in left["history"]]) == ([], ["delete"])
    assert stack_client.submit(partner.payload(order)).headers["herald-notification-id"] == notification_id
    assert stack_client.call("GET", path).json() == left
