"""The style sheets, the module and the icon."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages import problem
from console.rendering.assets import find_asset
from console.routing.responses import html

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_FOR_A_YEAR: Final = "public, max-age=31536000, immutable"  # another content has another address


@router.get("/console/static/<name>")
def asset(name: str) -> Response[str]:
    """A file, by its name with the hash of its content."""
    found = find_asset(name)
    if found is None:
        return html(problem.not_found(f"/console/static/{name}", None), HTTPStatus.NOT_FOUND)
    text, kind = found
    return Response(int(HTTPStatus.OK), kind, text, {"cache-control": _FOR_A_YEAR})
