"""The tables of docs/costs.md, and what they must say by the prices, the counted units and the template."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.docs.markdown import rows
from tests.support.docs.template import FUNCTION
from tests.support.paths import DOCS

COSTS = (DOCS / "costs.md").read_text(encoding="utf-8")
WAYS = (
    "at once",
    "one retry",
    "exhausted",
    "by batch",
)  # the columns of the table, and one more for provisioned capacity
BATCH = 10  # attempts in an invocation of the deliverer
FUNCTION_OF = {
    "receiver": "ReceiverFunction",
    "receiver, batch": "ReceiverFunction",
    "deliverer": "DelivererFunction",
    "dead_letter": "DeadLetterFunction",
    "dispatcher": "DispatcherFunction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one notification took, counted in a run. `invocations` by function; those of the dispatcher are polls."""

    api_requests: float
    invocations: Mapping[str, float]
    polls: int
    write_units: float
    read_units: float
    sqs_requests: float
    log_bytes: float


def cells(heading: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    return {first: rest for first, *rest in rows(COSTS, heading)}


def number(text: str) -> float:
    """A number as the tables write it: `$1,234.50`, `0.01`."""
    return float(text.replace(",", "").replace("$", "").split()[0])


def milliseconds() -> dict[str, float]:
    """How long an invocation is assumed to take, by function."""
    return {name.strip("`"): number(one[1]) for name, one in cells("| Function | Memory | Time | Of that |").items()}


def memory(function: str) -> float:
    """In GB."""
    return int(FUNCTION[FUNCTION_OF[function]]["MemorySize"]) / 1024


def quantities(one: Counted) -> dict[str, float]:
    """Of a million notifications, in the unit of each row's price."""
    times = milliseconds()
    deliveries = one.invocations.get("deliverer", 0)
    seconds = sum(count * memory(name) * times[name] for name, count in one.invocations.items()) / 1000
    return {
        "API requests": one.api_requests,
        "Lambda invocations": sum(one.invocations.values()),
        "Lambda time": seconds + one.polls * memory("dispatcher") * times["dispatcher"] / 1000,
        "Writes, by request": one.write_units,
        "Writes, provisioned": one.write_units,
        "Reads": one.read_units + deliveries,  # and its secrets
        "SQS requests": one.sqs_requests,
        "Decryptions": deliveries,
        "Log lines taken in": one.log_bytes / 1000,
        "Log lines kept": one.log_bytes / 1000,
    }
