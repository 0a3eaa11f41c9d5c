"""The language of a person: the one that was chosen, else the browser's."""

from typing import Final

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from console.request import Request
from herald.languages.language import Language, negotiate

_NAME: Final = "herald_language"
_ONE_YEAR: Final = 365 * 24 * 3600  # seconds


def language_of(request: Request) -> Language:
    """By the cookie of an earlier choice, else by `Accept-Language`."""
    chosen = request.cookies.get(_NAME, "")
    return Language(chosen) if chosen in set(Language) else negotiate(request.headers.get("accept-language"))


def language_cookie(tag: str, *, secure: bool) -> Cookie | None:
    """The cookie that remembers the choice; None for a language that Herald does not have."""
    if tag not in set(Language):
        return None
    return Cookie(
        _NAME,
        tag,
        path="/console",
        max_age=_ONE_YEAR,
        secure=secure,
        http_only=True,
        same_site=SameSite.LAX_MODE,  # a link of another site, or the provider's way back, has the language too
    )
