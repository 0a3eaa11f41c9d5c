"""One decision about some notifications, against moto, where not all of them can be changed."""

from collections.abc import Iterator

import pytest
import time_machine
from pydantic import ValidationError

from customer_service.selection import decide_each
from herald.domain.clock import HOUR, SECOND
from herald.domain.notification import Notification
from herald.domain.transitions import Action, State
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import NotificationTable
from tests.support.factories import NOON, an_id
from tests.support.functions.dispatcher import current, failed, held, stands

pytestmark = pytest.mark.usefixtures("aws")
WHY = "their server is repaired"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture
def three() -> list[Notification]:
    those = [failed(n, NOON - HOUR + n) for n in range(3)]
    stands(*those)
    return those


def selected(those: list[Notification]) -> list[tuple[str, int]]:
    return [(str(one.id), one.turn) for one in those]


def states(those: list[Notification]) -> list[State]:
    return [current(one.id).state for one in those]


def answers(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The table takes so many changes, and then does not answer."""
    save, left = NotificationTable.save, iter(range(times))

    def saves(table: NotificationTable, before: Notification, after: Notification) -> None:
        if next(left, None) is None:
            raise TableUnavailable
        save(table, before, after)

    monkeypatch.setattr(NotificationTable, "save", saves)


def test_one_that_is_refused_keeps_no_other_one_from_it(three: list[Notification]) -> None:
    stands(other := held(10, NOON))
    [first, *rest] = selected(three)
    gone = (str(an_id(99)), 6)

    outcome = decide_each([gone, (first[0], first[1] - 1), *selected([other]), *rest], Action.REDRIVE, WHY, "alice")

    assert outcome.changed == [one for one, _ in rest]
    assert [(one.id, one.now and one.now["state"]) for one in outcome.not_changed] == [
        (gone[0], None),
        (first[0], State.FAILED),
        (str(other.id), None),
    ]
    assert "there is no notification" in str(outcome.not_changed[0].why)
    assert "somebody changed it since you saw it" in str(outcome.not_changed[1].why)
    assert "cannot redrive: the notification is held" in str(outcome.not_changed[2].why)
    assert states(three) == [State.FAILED, State.WAITING, State.WAITING]


def test_the_person_hears_what_was_done_before_the_table_stopped(
    three: list[Notification], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, times=1)

    outcome = decide_each(selected(three), Action.RESOLVE, WHY, "alice")

    assert outcome.changed == [str(three[0].id)]
    assert [one.id for one in outcome.not_changed] == [str(one.id) for one in three[1:]]
    assert {str(one.why) for one in outcome.not_changed} == {"Herald's tables do not answer now: try again"}
    assert states(three) == [State.RESOLVED, State.FAILED, State.FAILED]


def test_a_table_that_answers_nothing_changed_nothing(
    three: list[Notification], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, times=0)

    with pytest.raises(TableUnavailable):
        decide_each(selected(three), Action.RESOLVE, WHY, "alice")


@pytest.mark.parametrize("reason", ["", " ", "x" * 501])
def test_a_refused_reason_changes_nothing(three: list[Notification], reason: str) -> None:
    with pytest.raises(ValidationError):
        decide_each(selected(three), Action.CANCEL, reason, "alice")

    assert states(three) == [State.FAILED] * 3
