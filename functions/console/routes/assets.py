"""The console's style sheet, module and icon."""

from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.rendering.assets import find_asset
from console.response import Page, asset

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get("/console/static/<name>")
def show(name: str) -> Page:
    """The file."""
    found = find_asset(name)
    if found is None:
        raise NotFoundError("no such file")
    return asset(*found)
