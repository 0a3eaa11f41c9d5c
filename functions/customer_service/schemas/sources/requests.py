"""The bodies of requests about sources."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from customer_service.schemas.requests import Name, Reason, RequestBody, Why, example
from customer_service.validation_messages import header_with_value, texts
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.domain.sources.proof_rules import MAX_CIDRS

# The pattern is for the document only: `secret_flaw`, `cidr_flaw` and `header_flaw` refuse more, and say what.
type WebhookSecret = Annotated[str, Field(json_schema_extra={"pattern": r"^whsec_[A-Za-z0-9+/]{32,88}={0,2}$"})]
type Cidrs = Annotated[list[str], BeforeValidator(texts), Field(max_length=MAX_CIDRS)]
_HEADER = {"name": "X-Platform-Token", "value": "…"}
_PROOF = {"cidrs": ["203.0.113.0/24"], "header": _HEADER}


class DemandedHeader(RequestBody, json_schema_extra=example(**_HEADER)):
    """A header that each request of the sender has, and its value, a secret."""

    name: str
    value: str


class ProofRequest(RequestBody):
    """How the sender proves itself besides the token. What is given is demanded, all of it together."""

    webhook_secret: WebhookSecret | None = None
    cidrs: Cidrs | None = None
    header: Annotated[DemandedHeader | None, BeforeValidator(header_with_value)] = None


class NewSource(ProofRequest, json_schema_extra=example(name="The platform", partnerId=3528, **_PROOF, reason="new")):
    """A sender that gets an inbound address, and the partner to which its notifications go."""

    name: Name
    partner_id: Annotated[int, Field(gt=0, le=MAX_PARTNER_ID)]
    reason: Reason


class SourceAmendment(
    ProofRequest, Why, json_schema_extra={**example(**_PROOF, reason="they move"), "minProperties": 2}
):
    """What to change, and why. `null` takes a demand away. The partner never changes: register another source."""

    name: Name = ""  # never used: only the members that the request sets are changed


class TokenRotation(Why, json_schema_extra=example(reason="once a year")):
    """Why, and whether every token before the new one ends at once."""

    force: bool = False
