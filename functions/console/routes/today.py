"""What a day brought: the notifications accepted on it, and what has become of them."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.today.choice import Choice, ChoiceRefused, choice_of
from console.pages.today.day import PATH, Dashboard, day_page
from console.rendering.forms import RefusedForm
from console.routing.responses import html
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service.lists.day_counts import counts_of_day, counts_of_partner
from customer_service.schemas.responses import DayCountsResponse
from herald.domain.clock import now
from herald.domain.lists.notification_search import utc_day
from herald.runtime.settings import get_settings

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get(PATH)
def show() -> Response[str]:
    """The day of the address, else today; of one partner, or of the first ones."""
    query, today = visit_of(router).request.query, utc_day(now())
    try:
        choice = choice_of(query, today)
    except ChoiceRefused as refused:
        return _again(RefusedForm("show", query, {refused.field: str(refused)}), HTTPStatus.BAD_REQUEST)
    counts = submitted("show", query, lambda: _counts(choice))
    return _again(counts.form, counts.status) if isinstance(counts, Refused) else html(_page(counts, today))


def _again(refused: RefusedForm, status: HTTPStatus) -> Response[str]:
    """Today, with the form as it was refused."""
    today = utc_day(now())
    return html(_page(_counts(Choice.of(today)), today, refused), status)


def _page(counts: DayCountsResponse, today: str, refused: RefusedForm | None = None) -> str:
    return day_page(visit_of(router).session, counts, today, _dashboards(), refused=refused)


def _counts(choice: Choice) -> DayCountsResponse:
    if choice.partner_id is not None:
        return counts_of_partner(choice.day, choice.partner_id)
    return counts_of_day(choice.day, choice.after)


def _dashboards() -> list[Dashboard]:
    """Those of the stack; the local engine has none."""
    settings = get_settings()
    urls = (settings.business_dashboard_url, settings.plumbing_dashboard_url)
    return [Dashboard(url.rpartition("/")[2], url) for url in urls if url]
