"""The platform's publishers: they submit each notification until it is accepted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tools.both_ends.workload import payload
from tools.common.api_client import ApiClient
from tools.common.errors import CliError
from tools.common.waiting import wait_until

AT_ONCE = 2
AGAIN_FOR = 120.0  # seconds, for one notification


@dataclass(slots=True)
class Published:
    """What was accepted: ids by number. `repeats` are the submissions that were not answered `success`."""

    ids: dict[int, str] = field(default_factory=dict)
    repeats: int = 0


def publish(publisher: Callable[[], ApiClient], count: int, published: Published) -> None:
    """Submits so many, each until it is accepted. `publisher` makes a client. Raises `NotInTime`."""

    def submit(number: int) -> None:
        client = publisher()
        published.ids[number] = wait_until(lambda: _submit(client, number, published), bool, AGAIN_FOR)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(submit, range(count)))


def _submit(client: ApiClient, number: int, published: Published) -> str:
    """Its id; empty where it was not accepted."""
    try:
        return client.send(payload(number)).notification_id
    except CliError:
        published.repeats += 1
        return ""
