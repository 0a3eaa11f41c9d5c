"""Lets customer service look at notifications and partners, and act on them."""

from typing import Any

from api_errors import answer_errors
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.typing import LambdaContext
from notification_routes import router as notification_routes
from partner_routes import router as partner_routes

from herald import __version__
from herald.telemetry import logger

api = APIGatewayHttpResolver(enable_validation=True)
api.include_router(notification_routes)
api.include_router(partner_routes)
answer_errors(api)


@api.get("/health")
def health() -> dict[str, str]:
    """That the API answers, and which version does."""
    return {"status": "ok", "version": __version__}


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Any route but the receiver's; one that does not exist is answered 404 in the API's form."""
    answer = api.resolve(event, context)
    caller = event["requestContext"].get("authorizer", {}).get("lambda", {})
    route = {"route": event.get("routeKey"), "path": event.get("rawPath"), "status": answer["statusCode"]}
    logger.info("request", extra={**route, "operator": caller.get("name")})
    return answer
