"""The audit finds each kind of damage, and nothing where nothing is damaged."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import time_machine

from herald.contract.envelope import parse_envelope
from herald.domain.clock import DAY, HOUR, MINUTE, SECOND
from herald.domain.decisions.decisions import close
from herald.domain.notification import Notification, mark_alerted, settle
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from herald.store.items.notification_item import lane_key, shard_of
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON, a_notification, a_partner, an_attempt
from tests.support.functions.dispatcher import failed, held, parked, registered, sent, stands
from tools.audit.report import AuditReport
from tools.audit.scan import audit
from tools.cli.context import Surroundings
from tools.cli.main import main

BOUND = 30 * MINUTE
PAYLOAD = (
    '{"code":10000,"describe":"ok","partnerId":3528,"method":"snNotify","body":'
    '{"orderId":"%s","orderStatus":9,"orderQuantity":3,"usedQuantity":1}}'
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def genuine(one: Notification) -> Notification:
    """With a payload that is that of its id, as the receiver would have stored it."""
    text = PAYLOAD % one.id.order_id
    return replace(one, id=parse_envelope(text).id, payload=text)


def delivered(n: int) -> Notification:
    one = a_notification(n, claim_id="c1", claim_until=NOON)
    return settle(one, an_attempt(one, success=True), LADDER, NOON, 90)


def one_of_each() -> list[Notification]:
    waiting = [a_notification(1), parked(2, NOON + HOUR), sent(3, NOON - BOUND)]
    cancelled = close(a_notification(8), Action.CANCEL, "alice", "a test", NOON, 90)
    resolved = close(failed(9, NOON), Action.RESOLVE, "alice", "by telephone", NOON, 90)
    expired = close(a_notification(10), Action.CANCEL, "alice", "long ago", NOON - 91 * DAY, 90)
    told = [held(4, NOON), failed(5, NOON), mark_alerted(failed(6, NOON - DAY))]
    return [genuine(one) for one in [*waiting, *told, delivered(7), cancelled, resolved, expired]]


def report() -> AuditReport:
    return audit("NotificationTable", "PartnerTable", NOON, BOUND)


@pytest.mark.usefixtures("aws")
def test_the_books_of_a_healthy_table_are_in_order_and_add_up() -> None:
    registered(a_partner())
    stands(*one_of_each())
    found = report()
    assert found.damages == []
    assert found.table() == {
        "waiting": 3,
        "held": 1,
        "delivered": 1,
        "failed": 2,
        "resolved": 1,
        "cancelled": 1,
        "expired": 1,
    }
    assert found.accepted == sum(found.table().values()) == 10


@dataclass(frozen=True)
class Planted:
    """A kind of damage: what it is done to, how, and what the audit says of it."""

    to: Notification
    attributes: dict[str, Any]  # None: removed
    says: str


WAITING, FAILED, HELD, DELIVERED = a_notification(1), failed(5, NOON), held(4, NOON), delivered(7)
OTHER_LANE = f"new#{(shard_of(genuine(WAITING).id) + 1) % 8}"
DAMAGES = {
    "a waiting one that lost its due time": Planted(WAITING, {"due_at": None}, "a lane has a due time"),
    "a waiting one that stands in no lane": Planted(
        WAITING, {"lane": None, "due_at": None}, "waiting stands in lane None"
    ),
    "a waiting one in a lane that no poll reads": Planted(
        WAITING, {"lane": {"S": "new#99"}}, "lane new#99 is one that a poll reads for it"
    ),
    "a waiting one in another shard's lane": Planted(
        WAITING, {"lane": {"S": OTHER_LANE}}, f"lane {OTHER_LANE} is one that a poll reads for it"
    ),
    "a waiting one that is long overdue": Planted(
        WAITING,
        {"due_at": {"N": str(NOON - BOUND - 2 * MINUTE)}},
        "no attempt was made for 32 min after it was due",
    ),
    "a failed one of which nobody was told": Planted(
        FAILED, {"due_at": {"N": str(NOON - HOUR)}}, "nobody was told of it for 1 h after it was due"
    ),
    "a delivered one that is still retried": Planted(
        DELIVERED,
        {"lane": {"S": lane_key(a_notification(1).lane, 0)}, "due_at": {"N": str(NOON)}},  # type: ignore[arg-type] # it waits
        "delivered stands in lane new",
    ),
    "a delivered one that nobody acknowledged": Planted(
        DELIVERED, {"attempts": None, "logged": {"N": "0"}}, "delivered was acknowledged"
    ),
    "a failed one that expires": Planted(
        FAILED, {"expires_at": {"N": str(NOON // SECOND + 60)}}, "what is closed expires, and nothing else"
    ),
    "a failed one that is not on the attention list": Planted(
        FAILED,
        {"since": None, "attention": None},
        "failed and held stand in the attention index",
    ),
    "a held one on another partner's attention list": Planted(
        HELD, {"attention": {"S": "held#7"}}, "attention held#7 is that of its state"
    ),
    "one in the list of another day": Planted(
        WAITING, {"accepted_on": {"S": "3528#2020-01-01#0"}}, "accepted_on 3528#2020-01-01#0 is that of its acceptance"
    ),
    "a claim without an end": Planted(WAITING, {"claim_id": {"S": "c9"}}, "a claim has an end"),
    "a log that miscounts": Planted(DELIVERED, {"logged": {"N": "5"}}, "the log counts what it dropped"),
    "a payload that was changed": Planted(
        WAITING, {"payload": {"S": PAYLOAD % "another-order"}}, "its payload is that of its id"
    ),
    "a payload that is none": Planted(WAITING, {"payload": {"S": "{}"}}, "its payload is that of its id"),
    "a state that there is not": Planted(
        WAITING, {"state": {"S": "lost"}}, "it can be read (ValueError: 'lost' is not a valid State)"
    ),
    "an item without its state": Planted(WAITING, {"state": None}, "it can be read (KeyError: 'state')"),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damage_is_found_and_named(aws: Aws, kind: str) -> None:
    planted = DAMAGES[kind]
    one = genuine(planted.to)
    registered(a_partner())
    stands(*(other for other in one_of_each() if other.id != one.id), one)
    spoil(aws, one.id, planted.attributes)
    found = report()
    assert planted.says in {str(damage.rule) for damage in found.damages}
    assert len({damage.notification for damage in found.damages}) == 1


@pytest.mark.usefixtures("aws")
def test_a_notification_of_a_partner_that_is_gone_is_damage() -> None:
    stands(genuine(a_notification(1)))
    assert [str(damage.rule) for damage in report().damages] == ["partner 3528 is in the registry"]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("index", ["due", "attention", "acceptance"])
def test_what_an_index_does_not_show_is_damage(monkeypatch: pytest.MonkeyPatch, index: str) -> None:
    registered(a_partner())
    stands(*one_of_each())
    monkeypatch.setattr(f"tools.audit.scan._{index}", lambda *_: iter(()))
    assert {str(damage.rule) for damage in report().damages} == {f"it stands in the index `{index}`"}


def test_what_moved_on_while_the_audit_walked_is_no_damage(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(a_partner())
    stands(one := genuine(a_notification(1)))

    def moves_on(*_: object) -> Iterator[Any]:
        spoil(aws, one.id, {"turn": {"N": "2"}})
        return iter(())

    monkeypatch.setattr("tools.audit.scan._due", moves_on)
    assert report().damages == []


def test_what_is_in_no_list_yet_is_counted_and_no_damage(aws: Aws) -> None:
    registered(a_partner())
    stands(*one_of_each())
    spoil(aws, genuine(WAITING).id, {"accepted_on": None})
    found = report()
    assert (found.unlisted, found.damages) == (1, [])


def spoil(aws: Aws, notification_id: NotificationId, attributes: dict[str, Any]) -> None:
    key = {"order_key": {"S": notification_id.order_key}, "digest": {"S": notification_id.digest}}
    item = aws.dynamodb.get_item(TableName="NotificationTable", Key=key)["Item"]
    spoilt = {name: value for name, value in {**item, **attributes}.items() if value is not None}
    aws.dynamodb.put_item(TableName="NotificationTable", Item=spoilt)


# ──────────────────────────────────────────────── herald audit ────────────────────────────────────────────────

type Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("tools.common.stack.stack_resources.aws_environment", lambda _: {})
    stack = {"engine_url": "http://127.0.0.1:9", "tables": {name: name for name in aws.refs}}
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps(stack))

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["audit", *words], Surroundings(environment={}, folder=tmp_path))
        assert isinstance(ended.value.code, int)
        return ended.value.code, capsys.readouterr().out

    return run


def test_the_command_tells_where_everything_stands_and_ends_well(run: Run) -> None:
    registered(a_partner())
    stands(*one_of_each())
    code, out = run()
    assert code == 0
    assert "The books are in order." in out
    assert [line.split() for line in out.splitlines()][:2] == [["10", "accepted,", "of", "which"], ["3", "waiting"]]


def test_the_command_names_what_is_damaged_and_fails(run: Run, aws: Aws) -> None:
    registered(a_partner())
    stands(one := genuine(WAITING))
    spoil(aws, one.id, {"lane": {"S": "new#99"}})
    code, out = run()
    assert code == 1
    assert f"herald show {one.id}" in out
    code, out = run("--json")
    assert (code, json.loads(out)["damages"]) == (1, [damage.as_json() for damage in report().damages])


def test_the_command_says_how_to_fill_the_lists(run: Run, aws: Aws) -> None:
    registered(a_partner())
    stands(one := genuine(WAITING))
    spoil(aws, one.id, {"accepted_on": None})
    code, out = run()
    assert code == 0
    assert "1 notification of an older version, in no list by partner and time yet: run `herald reindex`" in out
