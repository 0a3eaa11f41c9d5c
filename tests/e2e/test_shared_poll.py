"""A poll that shares: the dispatcher invokes itself on the deployed stack, with IAM enforced."""

import re
from collections.abc import Iterator
from itertools import batched

import pytest

from herald.domain.clock import SECOND, now
from herald.domain.notification import SHARDS, Notification, receive
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import to_wire
from herald.store.items.notification_item import key_of, shard_of, to_item
from tests.support.e2e.faults import deliverer_switched_off
from tests.support.e2e.partner import NUMBERS
from tests.support.e2e.stack_client import StackClient

SHARD = 3
MANY = 2_100  # more than the four pages of a shard that a poll sends itself


@pytest.fixture
def many(stack_client: StackClient) -> Iterator[list[Notification]]:
    """They are due in one shard, and nothing delivers them; then they are gone."""
    partner_id = next(NUMBERS)
    ids = [NotificationId(partner_id, f"o{n}", f"{SHARDS * n + SHARD:08x}{n:024x}") for n in range(MANY)]
    assert {shard_of(one) for one in ids} == {SHARD}
    those = [receive(one, "{}", now() - SECOND, at_once=False) for one in ids]
    with deliverer_switched_off(stack_client):
        _write(stack_client, [{"PutRequest": {"Item": to_wire(to_item(one))}} for one in those])
        try:
            yield those
        finally:
            _write(stack_client, [{"DeleteRequest": {"Key": to_wire(key_of(one.id))}} for one in those])
            stack_client.engine.client("sqs").purge_queue(QueueUrl=stack_client.stack.queues["DeliveryQueue"])


def test_a_shard_with_very_many_is_sent_by_an_invocation_of_its_own(
    stack_client: StackClient, many: list[Notification]
) -> None:
    before = len(_shares(stack_client))
    answer = stack_client.poll()
    assert answer["finished"]
    assert answer["new"] >= len(many)  # and what other tests left
    assert stack_client.depth("DeliveryQueue") >= len(many)
    [share] = _shares(stack_client)[before:]
    sent = re.search(r'"sent":(\d+),', share)
    assert sent is not None
    assert 100 <= int(sent[1]) < 200
    assert f'"shard":{SHARD},' in share
    assert stack_client.depth("DispatcherFailureQueue") == 0


def _write(stack_client: StackClient, requests: list[dict[str, object]]) -> None:
    dynamodb, table = stack_client.engine.client("dynamodb"), stack_client.stack.tables["NotificationTable"]
    for some in batched(requests, 25, strict=False):
        dynamodb.batch_write_item(RequestItems={table: list(some)})


def _shares(stack_client: StackClient) -> list[str]:
    """The log lines of shares."""
    logs = stack_client.engine.client("logs")
    [group] = [
        one["logGroupName"]
        for one in logs.describe_log_groups(logGroupNamePrefix="/herald/herald-tests/")["logGroups"]
        if one["logGroupName"].endswith("/dispatcher")
    ]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"] if "share of a poll" in event["message"]]
