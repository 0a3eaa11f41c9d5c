"""Looks at every request that a test makes of AWS, on every client: is it one that AWS itself would take?

Faults are noted and not raised, because code under test may catch what is raised; tests/conftest.py fails the test in
which they were noted. A request of a function's code is also held against the policies of that function's role.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import botocore.handlers

from tests.support.aws_calls import dynamodb, model, sns, sqs
from tests.support.aws_calls.permissions import Use, refusals, uses_of
from tests.support.paths import FUNCTIONS, ROOT

_DOCUMENTED = {"dynamodb": dynamodb.faults, "sqs": sqs.faults, "sns": sns.faults}
_TESTS = f"{ROOT}/tests/"
_FUNCTIONS = f"{FUNCTIONS}/"
_SHARED = tuple(f"{FUNCTIONS}/{one}/" for one in ("customer_service", "submission"))  # work for who calls them
_THIS = f"{Path(__file__).parent}/"
_inherited = threading.local()  # the function for which a thread of a pool works


@dataclass
class Seen:
    """What was looked at since somebody last asked."""

    requests: int = 0
    faults: list[str] = field(default_factory=list)
    uses: set[Use] = field(default_factory=set)


SEEN = Seen()


def install() -> None:
    """From now on, each botocore session that is made looks at what its clients send."""
    if _look not in (handler for _, handler, *_ in botocore.handlers.BUILTIN_HANDLERS):
        botocore.handlers.BUILTIN_HANDLERS.append(("before-parameter-build", _look))
        ThreadPoolExecutor.submit = _submit  # type: ignore[method-assign, assignment] # the name of the function goes along


def take() -> Seen:
    """What was seen since the last time; among the faults what the functions' roles do not allow."""
    global SEEN
    taken, SEEN = SEEN, Seen()
    taken.faults += refusals(taken.uses)
    return taken


def faults_of(service: str, operation: str, request: Mapping[str, Any]) -> list[str]:
    """Each constraint, of the service's model or its documentation, that the request does not meet."""
    found = [*model.faults(model.input_of(service, operation), request)]
    if service in _DOCUMENTED:
        found += _DOCUMENTED[service](operation, request)
    return [f"{service} {operation}: {fault}" for fault in found]


def _look(params: dict[str, Any], model: Any, **_: Any) -> None:
    service, operation = str(model.service_model.service_name), str(model.name)
    SEEN.requests += 1
    SEEN.faults += faults_of(service, operation, params)
    if function := function_at_work():
        SEEN.uses |= set(uses_of(function, service, operation, params))


def function_at_work() -> str | None:
    """The folder of the function whose code makes a request now; None where a test makes it."""
    for path in _paths(sys._getframe(1)):
        if path.startswith(_FUNCTIONS) and not path.startswith(_SHARED):
            return path.removeprefix(_FUNCTIONS).partition("/")[0]
        if path.startswith(_TESTS):
            return None
    return getattr(_inherited, "function", None)


def _paths(frame: FrameType | None) -> Iterator[str]:
    """The files whose code is under way, the innermost first, but for this folder's."""
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_THIS):
            yield name
        frame = frame.f_back


def _submit(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
    function = function_at_work()

    def on_behalf() -> Any:
        _inherited.function = function
        return work(*arguments, **named)

    return _REAL_SUBMIT(pool, on_behalf)


_REAL_SUBMIT = ThreadPoolExecutor.submit
