"""The sources: senders that submit at an inbound address of their own."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from customer_service.lists.pagination import Limit
from customer_service.schemas.requests import Why
from customer_service.schemas.responses import SourcePageResponse, SourceResponse, SourceWithTokenResponse
from customer_service.schemas.sources.requests import NewSource, SourceAmendment, TokenRotation
from customer_service.sources import sources
from customer_service.sources.source_serializer import source_response
from operator_api.authorization import name_of_caller
from operator_api.routes.metadata import Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/sources", tags=[Tag.SOURCES], responses=errors(400, 404, 409))
def create(request: NewSource) -> tuple[SourceWithTokenResponse, int]:
    """Register a source.

    Its token is shown in this answer and never again: with `path` it is the address at which the sender submits.
    """
    return sources.create_source(request, name_of_caller(router)), HTTPStatus.CREATED


@router.get("/sources", tags=[Tag.SOURCES], responses=errors(400))
def list_sources(
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(pattern=sources.CURSOR)] = None,
) -> SourcePageResponse:
    """List the sources.

    A page at a time, the newest first. Never a token or a secret.
    """
    return sources.source_page(limit, cursor)


@router.get("/sources/<source_id>", tags=[Tag.SOURCES], responses=errors(400, 404))
def show(source_id: str) -> SourceResponse:
    """Show a source."""
    return source_response(sources.find_source(source_id))


@router.patch("/sources/<source_id>", tags=[Tag.SOURCES], responses=errors(400, 404, 409))
def change(source_id: str, request: SourceAmendment) -> SourceResponse:
    """Change a source.

    Its name and what it demands; within 30 seconds it is so everywhere.
    """
    return sources.change_source(source_id, request, name_of_caller(router))


@router.post("/sources/<source_id>/rotate-token", tags=[Tag.SOURCES], responses=errors(400, 404, 409))
def rotate(source_id: str, request: TokenRotation) -> SourceWithTokenResponse:
    """Make a new token.

    It is shown in this answer and never again. For 24 hours the previous one is accepted as well. Another rotation in
    that time is refused. With `force` every token before the new one ends within 30 seconds.
    """
    return sources.new_source_token(source_id, request, name_of_caller(router))


@router.post("/sources/<source_id>/suspend", tags=[Tag.SOURCES], responses=errors(400, 404, 409))
def suspend_one(source_id: str, request: Why) -> SourceResponse:
    """Suspend a source.

    Within 30 seconds its address answers as one that does not exist. What was accepted is delivered.
    """
    return sources.suspend(source_id, request.reason, name_of_caller(router))


@router.post("/sources/<source_id>/resume", tags=[Tag.SOURCES], responses=errors(400, 404, 409))
def resume_one(source_id: str, request: Why) -> SourceResponse:
    """Resume a source.

    Its sender submits at the same address again.
    """
    return sources.resume(source_id, request.reason, name_of_caller(router))
