"""A source and its sender: registers it as an operator does, and submits at its address."""

from dataclasses import dataclass, field
from typing import Any

from inbound import app as inbound_app
from operator_api import app as operator_app
from tests.support.factories import PARTNER_ID, PAYLOAD
from tests.support.http.gateway import Gateway
from tests.support.http.http_events import api_event

OPERATOR = Gateway(operator_app.handler, "OperatorFunction")
WHY = {"reason": "they send us their notifications"}
SENDER = "192.0.2.1"  # the address from which `api_event` comes


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """A source as the API showed it once, with its token."""

    shown: dict[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.shown["id"])

    @property
    def token(self) -> str:
        return str(self.shown["token"])

    def post(self, body: str | bytes | None = PAYLOAD, **headers: str) -> dict[str, Any]:
        return post(self.token, body, **headers)


def a_source(partner_id: int = PARTNER_ID, **demands: Any) -> SourceAddress:
    """A new one, whose notifications go to this partner of the registry."""
    wish = {"name": "The platform", "partnerId": partner_id, **WHY, **demands}
    return SourceAddress(OPERATOR.done("POST", "/sources", wish))


def post(token: str, body: str | bytes | None = PAYLOAD, **headers: str) -> dict[str, Any]:
    """The answer of the inbound function; `content_type` is the header `content-type`."""
    event = api_event("POST", f"/inbound/{token}", body)
    event["routeKey"] = event["requestContext"]["routeKey"] = "POST /inbound/{token}"
    event["pathParameters"] = {"token": token}
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    return dict(inbound_app.handler(event, None))
