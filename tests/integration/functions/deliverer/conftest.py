"""The clock stands at noon, one partner is registered, and one notification is queued for it."""

from collections.abc import Iterator

import pytest
import time_machine

from herald.domain.clock import SECOND
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON
from tests.support.functions.deliverer import Poster, employed_for_one


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def poster(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:
    return employed_for_one(aws, monkeypatch)
