"""Requests that come at the same time, to a function in this process."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from herald.runtime import metrics


def in_parallel[Given, Result](call: Callable[[Given], Result], those: Iterable[Given]) -> list[Result]:
    """The result of the call for each, in their order; twenty at a time.

    Lambda gives an execution environment one invocation at a time, and Powertools' list of metrics relies on that: the
    metrics of these are emitted one after another.
    """
    lock, flush = Lock(), metrics.flush

    def in_turn() -> None:
        with lock:
            flush()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(20) as pool:
        patch.setattr(metrics, "flush", in_turn)
        return list(pool.map(call, those))
