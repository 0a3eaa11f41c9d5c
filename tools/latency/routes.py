"""The ways in that are measured: the publishers' route, an inbound address, and one that demands a signature."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

from herald.contract.signature import new_secret, signed_headers
from herald.domain.clock import now
from tools.demo.environment import DemoEnvironment

PARTNER_ID: Final = 6014
_JSON: Final = {"Content-Type": "application/json"}
_WHY: Final = {"name": "Latency", "reason": "to measure"}
_ORDERS: Final = count(1)

type Headers = Callable[[bytes], Mapping[str, str]]  # those of a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way in. `functions` are the logical ids of those that a request to it starts where they are cold."""

    name: str
    url: str
    headers: Callable[[], Headers]  # made anew for each cold start
    functions: tuple[str, ...]


def routes(environment: DemoEnvironment) -> Iterator[Route]:
    """Registers a partner and two sources for it, whose addresses are two of the three. Raises `CliError`."""
    api_url, operator = environment.stack.api_url, environment.api("operator")
    secret = new_secret()
    operator.create_partner({"partnerId": PARTNER_ID, "name": "Latency", "url": "http://127.0.0.1:9/"})
    yield Route(
        name="`POST /notifications`, with a key that was not looked up in the last minute",
        url=f"{api_url}/notifications",
        headers=lambda: _with_key(operator.create_key({"role": "publisher", **_WHY})["key"]),
        functions=("ReceiverFunction", "AuthorizerFunction"),
    )
    for name, demands in (("", {}), (", a signature is demanded", {"webhookSecret": secret})):
        source = operator.sources.create({"partnerId": PARTNER_ID, **_WHY, **demands})
        yield Route(
            name=f"`POST /inbound/{{token}}`{name}",
            url=api_url + source["path"],
            headers=lambda: _signed(secret),
            functions=("InboundFunction",),
        )


def payload() -> bytes:
    """A notification that was never submitted before."""
    body = {"orderId": f"L-{next(_ORDERS)}", "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
    envelope = {"code": 10000, "describe": "執行成功", "partnerId": PARTNER_ID, "method": "snNotify", "body": body}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def _signed(secret: str) -> Headers:
    return lambda body: {**_JSON, **signed_headers((secret,), "measured", now(), body)}


def _with_key(key: str) -> Headers:
    return lambda _body: {**_JSON, "Authorization": f"Bearer {key}"}
