"""The language of a page: the one that the person chose, else the browser's."""

from typing import Final

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from console.dependencies import is_secure
from console.request import Request
from herald.domain.clock import DAY, SECOND
from herald.languages.language import Language, language_of_locale, negotiate

_COOKIE: Final = "herald-language"


def language_of(request: Request) -> Language:
    """By the cookie of the choice, else by `Accept-Language`."""
    chosen = request.cookies.get(_COOKIE)
    return language_of_locale(chosen) if chosen else negotiate(request.headers.get("accept-language"))


def language_cookie(tag: str) -> Cookie:
    """Remembers a choice for a year."""
    value, seconds = language_of_locale(tag).value, 365 * DAY // SECOND
    return Cookie(
        _COOKIE, value, path="/", max_age=seconds, secure=is_secure(), http_only=True, same_site=SameSite.STRICT_MODE
    )
