"""The console's function with AWS in memory, at noon."""

from collections.abc import Iterator

import pytest
import time_machine

from herald.domain.clock import SECOND
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.oidc_provider import OidcProvider, provider_of_the_stack
from tests.support.factories import NOON


@pytest.fixture
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the tables
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(clock: time_machine.Traveller) -> Browser:  # noqa: ARG001 - sessions begin at noon
    """Nobody is signed in."""
    return Browser()


@pytest.fixture
def operator(browser: Browser) -> Browser:
    """Alice, an operator, is signed in."""
    browser.sign_in()
    return browser


@pytest.fixture
def provider(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[OidcProvider]:  # noqa: ARG001 - the environment
    """The provider of the stack."""
    with provider_of_the_stack(monkeypatch) as provider:
        yield provider
