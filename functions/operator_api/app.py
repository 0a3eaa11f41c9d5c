"""The operators' API: customer service reads notifications and partners, and decides about them."""

from http import HTTPStatus
from typing import Any

from customer_service.refusals import ApiRefusal
from customer_service.schemas.responses import HealthResponse, Json
from herald import __version__
from herald.languages.language import Language
from herald.runtime.caller import RoleRefused, caller_of, set_language_of
from herald.runtime.http_response import HttpResponse, error_response, language_headers
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from operator_api.authorization import check_access, check_path, path_to_log
from operator_api.errors import handle_exceptions
from operator_api.resolver import JsonApi
from operator_api.routes.credentials import router as credential_routes
from operator_api.routes.jobs import router as job_routes
from operator_api.routes.keys import router as key_routes
from operator_api.routes.metadata import Tag
from operator_api.routes.notification_lists import router as list_routes
from operator_api.routes.notifications import router as notification_routes
from operator_api.routes.orders import router as order_routes
from operator_api.routes.partners import router as partner_routes
from operator_api.routes.sources import router as source_routes

api = JsonApi()
api.include_router(notification_routes)
api.include_router(list_routes)
api.include_router(order_routes)
api.include_router(partner_routes)
api.include_router(credential_routes)
api.include_router(job_routes)
api.include_router(key_routes)
api.include_router(source_routes)
handle_exceptions(api)


@api.get("/health", tags=[Tag.SERVICE])
def health() -> HealthResponse:
    """Check that the API responds."""
    return {"status": "ok", "version": __version__}


@api.get("/openapi.json", tags=[Tag.SERVICE])
def description() -> Json:
    """Read this description."""
    from operator_api.openapi.document import openapi_document  # noqa: PLC0415 - no other request needs it: 15 ms of a cold start

    return openapi_document(api)


def languages_of(route: str) -> dict[str, str]:
    """The headers of a successful response that say which language it is in, if it has sentences of Herald."""
    fixed = {"GET /health": {}, "GET /openapi.json": {"content-language": Language.ENGLISH.value}}
    return fixed[route] if route in fixed else language_headers()


def handler(event: dict[str, Any], context: LambdaContext) -> HttpResponse:
    """Answers the routes of the operators' API; an unknown route with 404 in the API's form."""
    set_language_of(event)
    try:
        check_access(event)
        check_path(event)
        response: HttpResponse = api(event, context)
        response["headers"] = {**languages_of(event["routeKey"]), **response["headers"]}
    except RoleRefused as refused:
        response = error_response(HTTPStatus.FORBIDDEN, refused.message)
    except ApiRefusal as refused:
        response = error_response(refused.status, refused.message)
    route = {"route": event["routeKey"], "path": path_to_log(event), "status": response["statusCode"]}
    logger.info("request", extra={**route, "caller": caller_of(event).get("name")})
    return response
