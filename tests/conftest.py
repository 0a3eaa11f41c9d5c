"""What holds for every test: how hypothesis searches, the language, what AWS would take, and that a reason has a code.

hypothesis tries the same examples each time, so that a failure means a change. `HERALD_SEARCH=1000 make test-unit`
looks at as many others, for whoever has an hour to spend on it.
"""

from collections.abc import Iterator
from os import environ

import pytest
from hypothesis import settings

from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.aws_calls import watch
from tests.support.reasons import watch as reason_watch

SEARCH = "HERALD_SEARCH"

settings.register_profile("same each time", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=int(environ.get(SEARCH, "100")), deadline=None)
settings.load_profile("search" if SEARCH in environ else "same each time")

environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # as `make` says it, for a test that is run by itself
watch.install()
reason_watch.install()


@pytest.fixture(autouse=True)
def a_test_begins_in_english() -> None:
    """A function answers in the language of its last request, which may have been one of another test."""
    set_language(Language.ENGLISH)


@pytest.fixture(autouse=True)
def aws_would_take_every_request() -> Iterator[None]:
    """Fails a test whose requests AWS would refuse, also where moto and the local engine do not."""
    yield
    assert watch.take().faults == []


@pytest.fixture(autouse=True)
def every_reason_has_a_code_and_its_values(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that makes a reason which no table has, or with other values than its sentence names."""
    yield
    found = reason_watch.take()
    assert request.node.get_closest_marker("any_reason") or found == []
