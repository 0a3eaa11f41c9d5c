"""AWS in memory, as template.yaml describes it, fresh for each test that asks for `aws`."""

import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_in_memory import aws_in_memory
from tests.support.aws.aws_stack import CREDENTIALS, Aws
from tests.support.paths import FUNCTIONS

_OURS = {"herald", *(path.parent.name for path in FUNCTIONS.glob("*/__init__.py"))}
# An event loop, which belongs to the process and would have to be closed; and what depends on its argument only: the
# certificates of a file, which take as long to read as a short test.
_KEPT = {"runner", "_tls"}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """The way to AWS, on which a test may let faults happen."""
    network = Network()
    network.install(monkeypatch)
    return network


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, network: Network) -> Iterator[Aws]:  # noqa: ARG001 - moto needs it
    """The tables, queues and topic of the template; the functions' environment is set, and they know nothing yet."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with aws_in_memory() as stack:
        forget()
        for name, value in stack.environment().items():
            monkeypatch.setenv(name, value)
        yield stack
    forget()


def forget() -> None:
    """Empties what the functions keep between invocations (clients, settings, cached partners)."""
    for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
        for cached in _caches(sys.modules[name]):
            cached.cache_clear()


@cache  # a module stays what it is once it is imported
def _caches(module: ModuleType) -> list[Any]:
    return [
        kept
        for name, kept in vars(module).items()
        if hasattr(kept, "cache_clear") and not isinstance(kept, type) and name not in _KEPT
    ]
