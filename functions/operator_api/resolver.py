"""Requests and answers of a JSON API, where Powertools' own reading of them differs from what callers mean."""

import json
import re
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any, override

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from herald.contract.strict_json import NotStrictJson, parse
from operator_api.errors import ApiRefusal

MAX_BYTES = 128 * 1024  # of a body in UTF-8; what people decide takes a few KB at most
_to_json = partial(json.dumps, ensure_ascii=False)  # for people, and half the bytes where it is Chinese


class JsonRequest(APIGatewayProxyEventV2):
    """A request whose body is JSON, whatever its content type says (curl says that it is a form)."""

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {**(self.get("headers") or {}), "content-type": "application/json"}

    @cached_property
    @override
    def json_body(self) -> dict[str, Any]:
        """The body as an object; none at all is an empty one. Raises `ApiRefusal`: 400, 413."""
        self._check_size()
        try:
            content = parse(self.decoded_body or "{}")
        except UnicodeDecodeError:
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, "the body is not UTF-8: encode the JSON as UTF-8") from None
        except NotStrictJson as refused:
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, str(refused)) from None
        if not isinstance(content, dict):
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, "the body must be a JSON object: {…}")
        return content

    def _check_size(self) -> None:
        """Before it is parsed or decoded: base64 writes three bytes in four characters."""
        body = self.body or ""
        padding = body[-2:].count("=")
        encoded = bool(self.is_base64_encoded)
        size = len(body) * 3 // 4 - padding if encoded else len(body.encode(errors="surrogatepass"))
        if size > MAX_BYTES:
            describe = f"the body has more than {MAX_BYTES} bytes, the most that is read here: send less"
            raise ApiRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, describe)


class JsonApi(APIGatewayHttpResolver):
    """The resolver for such requests; what it answers is validated and written as JSON in UTF-8."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True, serializer=_to_json)

    @staticmethod
    @override
    def _compile_regex(rule: str, base_regex: str = r"^{}\Z") -> re.Pattern[str]:
        """To the very end of the path: Powertools' `$` passes over a line end."""
        return super(JsonApi, JsonApi)._compile_regex(rule, base_regex)

    @override
    def _to_proxy_event(self, event: dict[str, Any]) -> JsonRequest:  # as Powertools' other resolvers choose theirs
        return JsonRequest(event)
