"""The console: customer service in the browser."""

from typing import Any

from console.dependencies import is_secure
from console.rendering.page import set_address
from console.request import read_request
from console.routes.assets import router as asset_routes
from console.routes.deletions import router as deletion_routes
from console.routes.jobs import router as job_routes
from console.routes.keys import router as key_routes
from console.routes.notifications import router as notification_routes
from console.routes.partners.credentials import router as partner_credential_routes
from console.routes.partners.delivery import router as partner_delivery_routes
from console.routes.partners.registry import router as partner_routes
from console.routes.provider_sign_in import router as provider_sign_in_routes
from console.routes.search import router as search_routes
from console.routes.sign_in import router as sign_in_routes
from console.routes.sources import router as source_routes
from console.routes.today import router as today_routes
from console.routes.work_list import router as work_list_routes
from console.routing.failures import handle_failures
from console.routing.guard import guard
from console.routing.security_headers import security_headers
from console.routing.visit import begin
from console.visitor_language import language_of
from customer_service.http_resolver import HttpResolver
from herald.languages.current import current_language, set_language
from herald.runtime.http_response import HttpResponse
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger

app = HttpResolver()
app.use(middlewares=[guard])
app.include_router(asset_routes)
app.include_router(notification_routes)
app.include_router(search_routes)
app.include_router(partner_routes)
app.include_router(partner_credential_routes)
app.include_router(partner_delivery_routes)
app.include_router(deletion_routes)
app.include_router(job_routes)
app.include_router(source_routes)
app.include_router(key_routes)
app.include_router(today_routes)
app.include_router(sign_in_routes)
app.include_router(provider_sign_in_routes)
app.include_router(work_list_routes)
handle_failures(app)


def handler(event: dict[str, Any], context: LambdaContext) -> HttpResponse:
    """Answers the routes below `/console` with pages."""
    request = read_request(event)
    set_language(language_of(request))
    set_address(request.address if request.method == "GET" else "")
    record = begin(app, request)
    response: HttpResponse = app(event, context)
    # Powertools names its headers in the form that each route gives, here in lower case, and `Content-Type`.
    response["headers"] = {**security_headers(secure=is_secure()), **_language(response), **response["headers"]}
    details = {"route": record.route, "status": response["statusCode"], "caller": record.caller}
    logger.info("request", extra=details)
    return response


def _language(response: HttpResponse) -> dict[str, str]:
    """The headers of a page, whose language depends on the browser and on a cookie."""
    is_page = response["headers"].get("Content-Type", "").startswith("text/html")
    return {"content-language": current_language().value, "vary": "accept-language, cookie"} if is_page else {}
