"""Who calls, as the authorizer said, and whether that role may."""

from http import HTTPStatus

from api_errors import ApiRefusal
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.key_table import Role


def require(router: APIGatewayHttpRouter, *roles: Role) -> str:
    """The caller's name. Raises `ApiRefusal` (403) when its role is none of these."""
    authorizer = router.current_event.request_context.authorizer
    caller = (authorizer.get_lambda if authorizer else None) or {}
    role = caller.get("role")
    if role not in roles:
        wanted = " or ".join(one.value for one in roles)
        raise ApiRefusal(HTTPStatus.FORBIDDEN, f"a key of the role `{role or 'none'}` may not do this: {wanted} only")
    return str(caller.get("name", ""))
