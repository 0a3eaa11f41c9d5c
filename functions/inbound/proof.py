"""Whether a request has what its source demands besides the token."""

from collections.abc import Mapping
from typing import Any

from herald.contract.signature import is_signed
from herald.domain.sources.proof_rules import has_header, is_within
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.store.sources.active_sources import ActiveSource


class ProofMissing(Refusal):
    """The request has not all that its source demands. The message says what it lacks; 401."""


def check_proof(found: ActiveSource, event: Mapping[str, Any], body: bytes, now: int) -> None:
    """Raises `ProofMissing` for the first demand that the request does not meet."""
    proof = found.source.proof
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    address = event["requestContext"]["http"]["sourceIp"]
    if proof.cidrs and not is_within(proof.cidrs, address):
        raise ProofMissing(Message("the address {address} is not one from which this is accepted", address=address))
    if proof.header_name and not _has_header(headers, proof.header_name, found.header_value):
        raise ProofMissing(
            Message("the header `{name}` is missing or has another value than agreed", name=proof.header_name)
        )
    if proof.webhook_secret and not _is_signed(found.webhook_secret, headers, body, now):
        raise ProofMissing(
            Message(
                "the signature is missing, is of another secret or body, or is more than five minutes old: sign as "
                "Standard Webhooks says, each time you send"
            )
        )


def _has_header(headers: Mapping[str, str], name: str, value: str | None) -> bool:
    """False where no value is known: a demand that cannot be checked is not met."""
    if not value:
        return False
    return has_header(headers, name, value)


def _is_signed(secret: str | None, headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Likewise, without a secret."""
    return secret is not None and is_signed((secret,), headers, body, now)
