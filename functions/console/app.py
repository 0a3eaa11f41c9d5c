"""The console: customer service reads notifications, partners, jobs and keys in a browser, and decides about them."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from console.errors import handle_exceptions
from console.languages import language_of
from console.request import read_request
from console.routes.assets import router as asset_routes
from console.routes.sign_in import router as sign_in_routes
from console.security.guard import guard
from herald.languages.current import set_language
from herald.runtime.http_response import HttpResponse
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger

console = APIGatewayHttpResolver()
console.use([guard])
console.include_router(sign_in_routes)
console.include_router(asset_routes)
handle_exceptions(console)


def handler(event: dict[str, Any], context: LambdaContext) -> HttpResponse:
    """Answers a browser with a page."""
    request = read_request(event)
    set_language(language_of(request))
    console.context.update(request=request, session=None)
    response: HttpResponse = console(event, context)
    logger.info("page", extra={"method": request.method, "path": request.path, "status": response["statusCode"]})
    return response
