"""The headers by which a caller asks for a language, and a response names its own."""

from collections.abc import Mapping
from typing import Final

from customer_service.schemas.responses import Json
from herald.languages.language import Language
from operator_api.openapi.operations import OTHER_FUNCTIONS

_ACCEPT, _CONTENT = "Accept-Language", "Content-Language"
ACCEPT_LANGUAGE: Final[Mapping[str, Json]] = {
    _ACCEPT: {
        "name": _ACCEPT,
        "in": "header",
        "required": False,
        "description": "The languages of the caller (RFC 9110, section 12.5.4), for the sentences of Herald: `zh-TW`, "
        "`zh-HK` and `zh-MO` are `zh-Hant`, any other Chinese is `zh-Hans`; English where none fits.",
        "schema": {"type": "string"},
        "example": "zh-TW,zh;q=0.9,en;q=0.8",
    }
}
CONTENT_LANGUAGE: Final[Mapping[str, Json]] = {
    _CONTENT: {
        "description": "The language of the sentences of Herald in this response; from Herald itself only.",
        "schema": {"type": "string", "enum": [*Language]},
    }
}
_WITHOUT_SENTENCES: Final = {*OTHER_FUNCTIONS, "GET /health"} - {"POST /notifications/batch"}
ACCEPTS: Final[Json] = {"$ref": f"#/components/parameters/{_ACCEPT}"}
NAMES_LANGUAGE: Final[Json] = {_CONTENT: {"$ref": f"#/components/headers/{_CONTENT}"}}


def language_of_success(route: str) -> Json:
    """The header of a successful response, if it has sentences of Herald."""
    return {} if route in _WITHOUT_SENTENCES else NAMES_LANGUAGE
