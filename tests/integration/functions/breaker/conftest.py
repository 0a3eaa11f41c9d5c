"""The clock stands at noon, and the partner's answers are the test's."""

from collections.abc import Iterator

import pytest
import time_machine

from deliverer import dependencies
from herald.domain.clock import SECOND
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON
from tests.support.functions.deliverer import Poster, employed


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def breakers_on(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it sets the other variables
    monkeypatch.setenv("BREAKER", "On")


@pytest.fixture
def poster(monkeypatch: pytest.MonkeyPatch) -> Poster:
    monkeypatch.setenv("LADDER", str(LADDER))
    dependencies.delivery.cache_clear()
    return employed(monkeypatch)
