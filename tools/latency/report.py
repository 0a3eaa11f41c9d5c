"""The table of what was measured."""

from collections.abc import Iterable, Iterator
from statistics import median

from tools.latency.measuring import Times


def table(measured: Iterable[Times]) -> Iterator[str]:
    """Lines of Markdown, as docs/operations.md has them."""
    yield "| Route | Cold, median | Cold, slowest | Cold, processor time | Warm, median |"
    yield "|---|---|---|---|---|"
    for one in measured:
        cold = " | ".join(_s(seconds) for seconds in (median(one.cold), max(one.cold), median(one.used)))
        yield f"| {one.route.name} | {cold} | {_ms(median(one.warm))} |"


def start_line(module: str, seconds: list[float]) -> str:
    """How long Python takes to start and to import a function's code."""
    return f"Python, until `{module}` is imported: {_s(median(seconds))}"


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
