"""The clock stands at noon."""

from collections.abc import Iterator

import pytest
import time_machine

from herald.domain.clock import SECOND
from tests.support.factories import NOON


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller
