"""A poll against moto, at the moment that the test's clock shows, and what stood in the tables before it."""

from collections.abc import Iterable
from typing import Any

from dispatcher import app as dispatcher
from herald.domain.attempt import Attempt
from herald.domain.clock import MINUTE, SECOND
from herald.domain.notification import SHARDS, Lane, Notification, settle
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.store.dispatch_table import DispatchTable, Position
from herald.store.items.notification_item import shard_of
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import LADDER, NOON, PARTNER_ID, REFUSED, a_notification, an_id, an_outcome


def poll(timeout: int = 240 * SECOND) -> dict[str, Any]:
    """One poll, now."""
    answer: dict[str, Any] = dispatcher.handler({}, Context(function_name="DispatcherFunction", timeout=timeout))
    return answer


def notifications() -> NotificationTable:
    return NotificationTable("NotificationTable")


def partners() -> PartnerTable:
    return PartnerTable("PartnerTable")


def stands(*those: Notification) -> None:
    """They are in the table."""
    for one in those:
        assert notifications().add(one, NOON)


def registered(*those: Partner) -> None:
    """They are in the registry."""
    for one in those:
        assert partners().add(one)


def stored_partner(number: int = 3528) -> Partner:
    """How the partner stands now."""
    found = partners().get(number)
    assert found is not None
    return found


def current(notification_id: NotificationId) -> Notification:
    """How it stands now."""
    found = notifications().get(notification_id, NOON)
    assert found is not None
    return found


def parked(n: int, due_at: int) -> Notification:
    """One whose next attempt is due so late that it was parked."""
    return a_notification(n, lane=Lane.PARKED, due_at=due_at, turn=5, attempt=5)


def sent(n: int, due_at: int) -> Notification:
    """One whose message is out."""
    return a_notification(n, lane=Lane.SENT, due_at=due_at, turn=2, attempt=2)


def held(n: int, since: int, **changes: Any) -> Notification:
    """One whose partner could not receive at its third attempt."""
    state = {"state": State.HELD, "turn": 4, "attempt": 3, "due_at": None, "lane": None, "since": since}
    return a_notification(n, **{**state, "reason": Reason("held.suspended"), **changes})


def failed(n: int, at: int, partner_id: int = PARTNER_ID, reason: Reason = REFUSED) -> Notification:
    """One whose ladder ended at this moment, of which nobody has been told."""
    waiting = a_notification(n, partner_id=partner_id, attempt=len(LADDER.waits) + 1, claim_id="c1")
    outcome = an_outcome(at=at, reason=reason)
    last = Attempt(round=waiting.round, number=waiting.attempt, claim_id="c1", outcome=outcome)
    return settle(waiting, last, LADDER, at, 90)


def due_of(messages: Iterable[dict[str, Any]]) -> dict[str, int]:
    """The turn that each message names, by notification."""
    return {message["id"]: message["turn"] for message in messages}


def delays(aws: Aws) -> list[int]:
    """The delays of the messages in DeliveryQueue, in seconds, ascending."""
    return sorted(message["delay_seconds"] for message in aws.stored("DeliveryQueue"))


HORIZON = 5 * MINUTE + 90 * SECOND


def dies(*_: object) -> int:
    raise ConnectionError


def ids(aws: Aws) -> list[str]:
    """What the messages in DeliveryQueue name, each as often as there are messages of it."""
    return sorted(message["id"] for message in aws.messages("DeliveryQueue"))


def of_shard(shard: int, count: int) -> list[int]:
    return [n for n in range(1_000) if shard_of(an_id(n)) == shard][:count]


def behind_every_cursor(moment: int) -> None:
    """As if the last poll had sent everything up to this moment."""
    for lane in (Lane.NEW, Lane.PARKED):
        for shard in range(SHARDS):
            DispatchTable("DispatchTable").save_position(lane, shard, Position(moment))
