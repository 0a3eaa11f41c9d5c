"""The table of the time to `success`."""

from tools.latency.measuring import Times
from tools.latency.report import start_line, table
from tools.latency.routes import Route, payload

ROUTE = Route(name="`POST /x`", url="", headers=lambda: lambda _body: {}, functions=())


def test_a_row_has_the_medians_and_the_slowest_cold_start() -> None:
    *_, row = table([Times(route=ROUTE, cold=[0.5, 1.25, 0.75], used=[0.4, 0.6, 0.7], warm=[0.021, 0.03, 0.02])])
    assert row == "| `POST /x` | 0.75 s | 1.25 s | 0.60 s | 21 ms |"


def test_the_start_of_a_function_is_a_median() -> None:
    assert start_line("inbound.app", [0.5, 2, 0.625]) == "Python, until `inbound.app` is imported: 0.62 s"


def test_each_request_is_about_another_order() -> None:
    assert len({payload() for _ in range(10)}) == 10
