"""A lazy value is made once, also with several threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from herald.messaging import sqs
from herald.runtime.lazy import Lazy
from herald.store import dynamodb
from tests.support.aws.aws_stack import CREDENTIALS

THREADS = 10


@pytest.mark.parametrize("client", [dynamodb.client, sqs.client])
def test_simultaneous_threads_share_one_client(client: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    client.cache_clear()  # type: ignore[attr-defined]  # of the decorator
    together = Barrier(THREADS)

    def ask(_: int) -> object:
        together.wait()
        return client()

    with ThreadPoolExecutor(THREADS) as pool:
        assert len({id(one) for one in pool.map(ask, range(THREADS))}) == 1
    client.cache_clear()  # type: ignore[attr-defined]  # likewise


def test_value_is_made_at_first_use_and_after_clear() -> None:
    made: list[str] = []

    @Lazy
    def thing() -> list[str]:
        made.append("one")
        return made

    assert made == []
    assert thing() == thing() == ["one"]
    thing.cache_clear()
    assert thing() == ["one", "one"]
