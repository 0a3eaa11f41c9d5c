"""Lets customer service look at notifications and partners, and act on them."""

from typing import Any

from herald import __version__
from herald.runtime.http_response import HttpResponse, error_response
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from operator_api.authorization import caller, check_access, check_path, path_to_log
from operator_api.errors import ApiRefusal, answer_errors
from operator_api.resolver import JsonApi
from operator_api.routes.credentials import router as rotation_routes
from operator_api.routes.jobs import router as job_routes
from operator_api.routes.notifications import router as notification_routes
from operator_api.routes.partners import router as partner_routes
from operator_api.serializers import Json

api = JsonApi()
api.include_router(notification_routes)
api.include_router(partner_routes)
api.include_router(rotation_routes)
api.include_router(job_routes)
answer_errors(api)


@api.get("/health")
def health() -> dict[str, str]:
    """That the API answers, and which version does."""
    return {"status": "ok", "version": __version__}


@api.get("/openapi.json")
def description() -> Json:
    """All routes, those of other functions too, as OpenAPI 3.1 tells of them."""
    from operator_api.openapi.document import described  # noqa: PLC0415 - it reads what no other request needs: 15 ms of a cold start

    return described(api)


def handler(event: dict[str, Any], context: LambdaContext) -> HttpResponse:
    """Any route but the receiver's; one that does not exist is answered 404 in the API's form."""
    try:
        check_access(event)
        check_path(event)
        answer: HttpResponse = api(event, context)
    except ApiRefusal as refused:
        answer = error_response(refused.status, str(refused))
    route = {"route": event["routeKey"], "path": path_to_log(event), "status": answer["statusCode"]}
    logger.info("request", extra={**route, "caller": caller(event).get("name")})
    return answer
