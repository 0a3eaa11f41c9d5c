"""Cold and warm requests, and the start of Python by itself. All times are seconds."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from typing import Final

import requests

from tools.common.errors import Unreachable
from tools.demo.environment import DemoEnvironment
from tools.latency.routes import Headers, Route, payload, routes
from tools.local_engine.environment import BUILT, bare_environment
from tools.local_engine.leftovers import functions_of
from tools.local_stack.function_processes import FunctionProcesses, processor_time

WARM: Final = 10  # requests after each cold start
_ANSWERS_WITHIN: Final = 60.0
_LAYERS: Final = ("HeraldLayer", "DependenciesLayer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """From the requests to their whole answers: in each round a cold start, and the median of the requests after it."""

    route: Route
    cold: Sequence[float]
    used: Sequence[float]  # processor time of the cold starts, of the functions and the engine
    warm: Sequence[float]


def measure(environment: DemoEnvironment, rounds: int) -> Iterator[Times]:
    """All routes, each in every round. Raises `CliError`."""
    found = list(routes(environment))
    measured: dict[str, list[tuple[float, float, float]]] = {route.name: [] for route in found}
    for _ in range(rounds):
        for route in found:
            measured[route.name].append(_round(environment, route))
    for route in found:
        cold, used, warm = zip(*measured[route.name], strict=True)
        yield Times(route=route, cold=cold, used=used, warm=warm)


def _round(environment: DemoEnvironment, route: Route) -> tuple[float, float, float]:
    """One cold start, its processor time, and the median of the requests after it."""
    headers = _stop(environment, route)
    before = _used(environment, route)
    cold = _time_to_success(route.url, headers)
    used = _used(environment, route) - before
    return cold, used, median(_time_to_success(route.url, headers) for _ in range(WARM))


def _used(environment: DemoEnvironment, route: Route) -> float:
    """The processor time of the engine and of the processes of the route's functions."""
    names = [environment.stack.functions[function] for function in route.functions]
    those = [pid for name in names for pid in functions_of(environment.engine.home, name)]
    return sum(map(processor_time, [environment.engine.pid, *those]))


def start_of(module: str) -> float:
    """A new Python process that imports a function's module, such as `inbound.app`, from what SAM built."""
    places = [BUILT / "InboundFunction", *(BUILT / layer / "python" for layer in _LAYERS)]  # all have the same code
    environment = {**bare_environment(), "PYTHONPATH": os.pathsep.join(map(str, places)), "AWS_REGION": "us-east-1"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], env=environment, check=True)
    return time.perf_counter() - began


def _stop(environment: DemoEnvironment, route: Route) -> Headers:
    """Makes the next request to the route a cold start; the headers for it."""
    headers = route.headers()
    processes = FunctionProcesses(environment.engine.home)
    for function in route.functions:
        processes.kill_all(environment.stack.functions[function])
    return headers


def _time_to_success(url: str, headers: Headers) -> float:
    """On a connection of its own, as of a sender that comes now and then. Raises `Unreachable`."""
    body = payload()
    with requests.Session() as session:
        session.trust_env = False
        began = time.perf_counter()
        answer = session.post(url, data=body, headers=headers(body), timeout=_ANSWERS_WITHIN)
        took = time.perf_counter() - began
    if (answer.status_code, answer.content) != (HTTPStatus.OK, b"success"):
        raise Unreachable(f"HTTP {answer.status_code} in place of success: {answer.text[:200]}")
    return took
