"""Answers a sender that can set no key: `success` only after its notification is stored."""

from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from herald.contract.envelope import Sender, parse_inbound
from herald.domain.clock import now
from herald.languages.message import Message
from herald.runtime.caller import set_language_of
from herald.runtime.http_response import HttpResponse, error_response, text_response
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.sources.active_sources import ActiveSource, ActiveSources
from herald.store.sources.source_table import SourceTable
from inbound.proof import ProofMissing, check_proof
from submission.body import bytes_of, text_of
from submission.failures import failure_of
from submission.metrics import measure_inbound_response
from submission.storing import send, store


@dataclass(slots=True)
class Submission:
    """What is known of a request, for its log line. The token is not: it opens the address."""

    source: str | None = None
    notification: str | None = None


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> HttpResponse:
    """`POST /inbound/{token}`: 200 and exactly `success`, or an error in the API's form."""
    set_language_of(event)
    submission = Submission()
    answer = accept(event, submission)
    measure_inbound_response(answer["statusCode"])
    logger.info(
        "inbound submission",
        extra={
            "status": answer["statusCode"],
            "source": submission.source,
            "notification": submission.notification,
        },
    )
    return answer


def accept(event: dict[str, Any], submission: Submission) -> HttpResponse:
    """Finds the source, checks its sender and stores what it sent; each failure has its response."""
    try:
        found = sources().find(event["pathParameters"]["token"], now())
        if found is None:  # a suspended source has the same answer as none, so nobody learns that there is one
            return error_response(HTTPStatus.NOT_FOUND, Message("there is no such address"))
        submission.source = found.source.source_id
        check_proof(found, event, bytes_of(event), now())
        submission.notification = store_once(found, text_of(event))
        return text_response("success", {})
    except ProofMissing as missing:
        return error_response(HTTPStatus.UNAUTHORIZED, missing.message)
    except Exception as error:  # noqa: BLE001 - never answered by `success`; what is no refusal is logged
        failure = failure_of(error)
        return error_response(failure.status, failure.message)


def store_once(found: ActiveSource, text: str) -> str | None:
    """Stores it for the source's partner, in whatever state that is. Its id; None for a test, which goes no further."""
    source = found.source
    envelope = parse_inbound(text, Sender(source.source_id, source.partner_id))
    if envelope is None:
        return None
    if to_send := store(envelope, source.source_id):
        send([to_send])
    return str(envelope.id)


@cache
def sources() -> ActiveSources:
    """The senders that may submit, with a cache for this execution environment."""
    settings = get_settings()
    return ActiveSources(SourceTable(settings.source_table), settings.secret_key)
