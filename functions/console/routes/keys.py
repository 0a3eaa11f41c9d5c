"""The API keys: the list, a new one, and the revocation of one."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.keys.key_list import PATH, key_list_page
from console.pages.keys.new_key import FIELDS, FIELDS_OF, KeyFormRefused, new_key_page, new_key_request
from console.rendering.forms import RefusedForm
from console.rendering.page import translate
from console.request import Form
from console.routing.notice_links import is_noticed, notice_link
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service import keys
from customer_service.schemas.requests import NewKey, Why
from herald.domain.clock import now

if TYPE_CHECKING:
    from customer_service.schemas.keys import NewlyMade

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
KEYS = 15  # of one page: a key may have eight links to partners, so that more of them take over 60 KB


@router.get(PATH)
def show_list() -> Response[str]:
    """A page of the list, the newest first; with `revoke` it asks about that key first."""
    visit = visit_of(router)
    query = visit.request.query
    is_revoked = query.get("done") == "revoke" and is_noticed(visit.session, PATH, query)
    notice = translate("The key is revoked: it is refused within 60 seconds.") if is_revoked else None
    return _page(query.get("revoke"), notice=notice)


@router.post(PATH)
def make() -> Response[str]:
    """Makes a key, and shows it this once."""
    visit = visit_of(router)
    result = _made(visit.request.form, visit.session.name)
    if isinstance(result, Refused):
        return _page(refused=result.form, status=result.status)
    return html(new_key_page(visit.session, result))


@router.post(f"{PATH}/<key_id>/revoke")
def revoke(key_id: str) -> Response[str]:
    """Revokes a key, but not the one that the person is signed in with."""
    visit = visit_of(router)
    form, session = visit.request.form, visit.session

    def act() -> None:
        keys.revoke_key(key_id, Why.model_validate({"reason": form.get("reason")}), session.name, session.key_id)

    result = submitted("revoke", form, act, "reason")
    if isinstance(result, Refused):
        return _page(key_id, refused=result.form, status=result.status)
    return see_other(notice_link(session, PATH, done="revoke"))


def _made(form: Form, by: str) -> "NewlyMade | Refused":
    try:
        body = new_key_request(form)
    except KeyFormRefused as refused:
        return Refused(RefusedForm("make", form, {refused.field: str(refused)}), HTTPStatus.BAD_REQUEST, refused)
    return submitted("make", form, lambda: keys.create_key(NewKey.model_validate(body), by), *FIELDS, **FIELDS_OF)


def _page(
    key_id: str = "",
    *,
    refused: RefusedForm | None = None,
    notice: str | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[str]:
    """The list, above it the key that is asked about, if one is."""
    visit = visit_of(router)
    page = keys.key_page(KEYS, visit.request.query.get("cursor") or None)
    revoking = keys.find_key(key_id) if key_id else None
    return html(key_list_page(visit.session, page, now(), revoking=revoking, refused=refused, notice=notice), status)
