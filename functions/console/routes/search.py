"""The search for notifications."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.notification_search.search import Result, search_page
from console.pages.notification_search.typed import read, typed_of
from console.pages.notifications.story import story_path
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service.lists.search import find
from customer_service.lists.search_terms import Page, Wanted
from customer_service.registry.partner_names import partner_names
from herald.domain.notification_id import MalformedId, NotificationId

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get("/console/search")
def search() -> Response[str]:
    """The form, and what was found; an id leads straight to its notification."""
    visit = visit_of(router)
    session, query = visit.session, visit.request.query
    typed = typed_of(query)
    if _is_id(typed.values["q"]):
        return see_other(story_path(typed.values["q"]))
    names = partner_names()
    reading = read(typed, names)
    wanted = reading.wanted
    if wanted is None:
        return html(search_page(session, typed, names, problems=reading.problems), HTTPStatus.BAD_REQUEST)
    if typed.is_empty:
        return html(search_page(session, typed, names))
    found = submitted("search", query, lambda: find(wanted), "from", "to")
    if isinstance(found, Refused):
        return html(search_page(session, typed, names, problems=found.form.problems), found.status)
    return html(search_page(session, typed, names, _result(wanted, found)))


def _is_id(text: str) -> bool:
    try:
        NotificationId.parse(text)
    except MalformedId:
        return False
    return True


def _result(wanted: Wanted, page: Page) -> Result:
    after = page.after
    left = 0 if after is None else sum(1 for number in wanted.partner_ids if number >= after.partner_id)
    return Result(page=page, in_partners=len(wanted.partner_ids), left=left if len(wanted.partner_ids) > 1 else 0)
