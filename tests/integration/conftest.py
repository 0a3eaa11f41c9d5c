"""AWS in memory, as template.yaml describes it, fresh for each test that asks for `aws`."""

import sys
from collections.abc import Iterator

import pytest

from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_in_memory import aws_in_memory
from tests.support.aws.aws_stack import CREDENTIALS, Aws
from tests.support.paths import FUNCTIONS

_OURS = {"herald", *(path.parent.name for path in FUNCTIONS.glob("*/__init__.py"))}
_KEPT = {"runner"}  # an event loop: it belongs to the process, and would have to be closed


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
    ours = [name for name in sys.modules if name.partition(".")[0] in _OURS]
    for name, kept in [pair for module in ours for pair in vars(sys.modules[module]).items()]:
        if hasattr(kept, "cache_clear") and not isinstance(kept, type) and name not in _KEPT:
            kept.cache_clear()
