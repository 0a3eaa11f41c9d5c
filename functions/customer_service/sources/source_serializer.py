"""The JSON form of sources in responses. It never holds a secret; only the response that made a token has it."""

from customer_service.schemas.responses import SourceResponse, SourceWithTokenResponse
from customer_service.serializers.partner_serializer import partner_entry_response
from herald.domain.clock import iso
from herald.domain.sources.source import Source


def source_response(one: Source) -> SourceResponse:
    """The source, what it demands, and its history."""
    until = one.previous_token_until
    return {
        "id": one.source_id,
        "name": one.name,
        "partnerId": one.partner_id,
        "state": one.state,
        "signed": one.proof.webhook_secret is not None,
        "cidrs": [*one.proof.cidrs],
        "headerName": one.proof.header_name,
        "createdAt": iso(one.created_at),
        "previousTokenUntil": None if until is None else iso(until),
        "history": [partner_entry_response(entry) for entry in one.history],
    }


def with_token(one: Source, token: str) -> SourceWithTokenResponse:
    """The source with its new token, and the path of its address."""
    return {**source_response(one), "token": token, "path": f"/inbound/{token}"}
