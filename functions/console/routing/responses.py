"""What the console answers: pages, and the way to another page."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

HTML: Final = "text/html; charset=utf-8"
_KEPT: Final = "%/?#[]@!$&'()*+,;=:"  # RFC 3986: what has a meaning in an address, and what is escaped already


def html(page: str, status: HTTPStatus = HTTPStatus.OK, cookies: list[Cookie] | None = None) -> Response[str]:
    """The page."""
    return Response(status_code=int(status), content_type=HTML, body=page, cookies=cookies)


def see_other(path: str, cookies: list[Cookie] | None = None) -> Response[str]:
    """Leads the browser to another page of the console, by GET: to repeat that page repeats no action.

    What was typed into an address may have other characters than ASCII, which a header cannot.
    """
    return Response(
        status_code=int(HTTPStatus.SEE_OTHER),
        content_type=HTML,
        body="",
        headers={"location": quote(path, safe=_KEPT)},
        cookies=cookies,
    )
