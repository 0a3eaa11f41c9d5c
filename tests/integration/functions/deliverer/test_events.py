"""The deliverer's files in events/."""

import json

import pytest

from deliverer import app as deliverer
from herald.domain.transitions import State
from tests.support.aws.aws_stack import Context
from tests.support.factories import a_notification, an_id
from tests.support.functions.deliverer import ONE, Poster
from tests.support.functions.dispatcher import current, stands
from tests.support.paths import EVENTS

CASES = {
    # file: (how many come back, how many POSTs, the states of order-1 and order-2 afterwards)
    "due": (0, 1, State.DELIVERED, State.WAITING),
    "batch": (0, 2, State.DELIVERED, State.DELIVERED),
    "twice": (1, 1, State.DELIVERED, State.WAITING),
    "stale": (0, 0, State.WAITING, State.WAITING),
    "not_ours": (1, 1, State.DELIVERED, State.WAITING),
}


def test_every_event_of_the_deliverer_has_its_answer_here() -> None:
    assert {path.stem.removeprefix("deliverer_") for path in EVENTS.glob("deliverer_*.json")} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_an_event_of_the_folder_events_delivers(poster: Poster, case: str) -> None:
    stands(a_notification(2))
    come_back, posts, first, second = CASES[case]
    answer = deliverer.handler(
        json.loads((EVENTS / f"deliverer_{case}.json").read_text(encoding="utf-8")), Context("DelivererFunction")
    )
    assert (len(answer["batchItemFailures"]), len(poster.posts)) == (come_back, posts)
    assert (current(ONE).state, current(an_id(2)).state) == (first, second)
