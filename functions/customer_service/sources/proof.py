"""What a request asks a source's sender to prove itself by: checked, and its secrets encrypted."""

from dataclasses import replace
from http import HTTPStatus

from customer_service.refusals import ApiRefusal
from customer_service.schemas.sources.requests import ProofRequest
from herald.contract.signature import secret_flaw
from herald.domain.sources.proof_rules import cidr_flaw, header_flaw
from herald.domain.sources.source import Proof
from herald.languages.message import Message
from herald.runtime.settings import get_settings
from herald.store.encryption.source_secrets import encrypt_for_source


def changed_proof(before: Proof, request: ProofRequest, source_id: str) -> Proof:
    """The proof with what the request sets; null takes a demand away.

    Raises `ApiRefusal`: 400, and `SecretsUnavailable`.
    """
    _check(request)
    given, after = request.model_fields_set, before
    if "cidrs" in given:
        after = replace(after, cidrs=tuple(request.cidrs or ()))
    if "webhook_secret" in given:
        after = replace(after, webhook_secret=_encrypted(source_id, request.webhook_secret))
    if "header" in given:
        name, value = (request.header.name, request.header.value) if request.header else (None, None)
        after = replace(after, header_name=name, header_value=_encrypted(source_id, value))
    return after


def _check(request: ProofRequest) -> None:
    for cidr in request.cidrs or ():
        if flaw := cidr_flaw(cidr):
            raise _refused("cidrs", flaw)
    if request.webhook_secret is not None and (flaw := secret_flaw(request.webhook_secret)):
        raise _refused("webhookSecret", flaw)
    if request.header and (flaw := header_flaw(request.header.name, request.header.value)):
        raise _refused("header", flaw)


def _refused(field: str, flaw: Message) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.BAD_REQUEST, Message("`{field}`: {flaw}", field=field, flaw=flaw))


def _encrypted(source_id: str, text: str | None) -> bytes | None:
    return None if text is None else encrypt_for_source(get_settings().secret_key, source_id, text)
