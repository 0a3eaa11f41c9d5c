"""Powertools' resolver, changed where it reads requests or writes responses otherwise than a JSON API should."""

import json
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any, override

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from customer_service.http_resolver import HttpResolver
from customer_service.refusals import ApiRefusal
from herald.contract.strict_json import NotStrictJson, parse
from herald.languages.message import Message

MAX_BYTES = 128 * 1024  # of a body in UTF-8; an operator's request takes a few KB at most
_to_json = partial(json.dumps, ensure_ascii=False)  # readable, and half the bytes for Chinese text


class JsonRequest(APIGatewayProxyEventV2):
    """A request whose body is JSON, whatever its content type (curl sends the one of a form)."""

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {**(self.get("headers") or {}), "content-type": "application/json"}

    @cached_property
    @override
    def json_body(self) -> dict[str, Any]:
        """The body as an object, `{}` if there is none. Raises `ApiRefusal`: 400, 413."""
        self._check_size()
        try:
            content = parse(self.decoded_body or "{}")
        except UnicodeDecodeError:
            message = Message("the body is not UTF-8: encode the JSON as UTF-8")
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, message) from None
        except NotStrictJson as refused:
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, refused.message) from None
        if not isinstance(content, dict):
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, Message("the body must be a JSON object: {{…}}"))
        return content

    def _check_size(self) -> None:
        """Checks the size before the body is decoded or parsed: base64 writes three bytes in four characters."""
        body = self.body or ""
        padding = body[-2:].count("=")
        encoded = bool(self.is_base64_encoded)
        size = len(body) * 3 // 4 - padding if encoded else len(body.encode(errors="surrogatepass"))
        if size > MAX_BYTES:
            message = Message(
                "the body has more than {most} bytes, the most that is read here: send less", most=MAX_BYTES
            )
            raise ApiRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


class JsonApi(HttpResolver):
    """The resolver for such requests; responses are JSON in UTF-8."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True, serializer=_to_json)

    @override
    def _to_proxy_event(self, event: dict[str, Any]) -> JsonRequest:  # as Powertools' other resolvers do
        return JsonRequest(event)
