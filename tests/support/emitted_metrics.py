"""What the functions have emitted: the lines in CloudWatch's embedded metric format among what they printed."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from tools.cloudwatch.log_lines import embedded


def blobs(printed: str) -> list[str]:
    """The lines that carry metrics."""
    return [line for line in printed.splitlines() if '"_aws"' in line]


def emitted(printed: str) -> dict[str, list[float]]:
    """All values by metric, in their order."""
    found: dict[str, list[float]] = defaultdict(list)
    for metric, _, values in chain.from_iterable(map(embedded, blobs(printed))):
        found[metric.name] += values
    return dict(found)


def only(found: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Of these metrics."""
    return {name: found.get(name) for name in names}
