"""The clock stands at noon, one partner is registered, and one notification is queued for it."""

from collections.abc import Iterator

import pytest
import time_machine

from herald.domain.clock import SECOND
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON, a_notification, a_partner
from tests.support.functions.deliverer import Poster, employed, queued
from tests.support.functions.dispatcher import registered, stands


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def poster(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:
    monkeypatch.setenv("LADDER", str(LADDER))
    poster = employed(monkeypatch)
    registered(a_partner())
    stands(a_notification(1))
    queued(aws, a_notification(1))
    return poster
