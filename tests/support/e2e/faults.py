"""Fault injection: changes to a deployed stack with root credentials, without the API."""

from collections.abc import Iterator
from contextlib import contextmanager

from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import from_wire, to_wire
from herald.store.items.notification_item import key_of
from tests.support.e2e.stack_client import StackClient
from tools.common.waiting import wait_until


@contextmanager
def deliverer_switched_off(stack_client: StackClient) -> Iterator[None]:
    """Nothing takes messages from the DeliveryQueue meanwhile."""
    functions = stack_client.engine.client("lambda")
    [mapping] = functions.list_event_source_mappings(FunctionName=stack_client.stack.functions["DelivererFunction"])[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def throw_a_message_away(stack_client: StackClient) -> None:
    """Takes the next message from the DeliveryQueue and deletes it."""
    sqs, queue = stack_client.engine.client("sqs"), stack_client.stack.queues["DeliveryQueue"]
    [message] = wait_until(lambda: sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1).get("Messages", []), bool)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def minutes_pass(stack_client: StackClient, notification_id: str, minutes: int) -> None:
    """The notification has been due for so many minutes more."""
    table, key = stack_client.stack.tables["NotificationTable"], to_wire(key_of(NotificationId.parse(notification_id)))
    dynamodb = stack_client.engine.client("dynamodb")
    item = from_wire(dynamodb.get_item(TableName=table, Key=key)["Item"])
    dynamodb.put_item(TableName=table, Item=to_wire({**item, "due_at": int(item["due_at"]) - minutes * MINUTE}))


def almost_out_of_order(stack_client: StackClient, partner_id: int) -> None:
    """The partner's server has not answered for 40 seconds: one outage more opens its breaker."""
    seen = now()
    values = {":nineteen": 19, ":first": seen - 40 * SECOND, ":last": seen, ":marks": {"0000", "1111"}}
    stack_client.engine.client("dynamodb").update_item(
        TableName=stack_client.stack.tables["PartnerTable"],
        Key=to_wire({"partner_id": partner_id}),
        UpdateExpression="SET breaker_outages = :nineteen, breaker_first_outage_at = :first,"
        " breaker_last_outage_at = :last, breaker_outage_marks = :marks",
        ExpressionAttributeValues=to_wire(values),
    )
