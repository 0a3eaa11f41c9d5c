"""The page of a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from console.pages.today.bars import PLOT_HEIGHT, ROW_WIDTH, WIDTH, Bar, in_a_row, top_of, upright
from console.pages.today.counts import HOURS, NONE, total_of
from console.rendering.forms import RefusedForm, form_view
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.security.session import Session
from herald.languages.catalogue import N_
from herald.languages.words import STATES

if TYPE_CHECKING:
    from customer_service.schemas.days import Counts, DayCounts, PartnerCounts, Places

PATH: Final = "/console/today"
_MEASURES: Final[tuple[tuple[str, str, Callable[["Counts"], int]], ...]] = (
    ("accepted", N_("accepted in all"), lambda counts: counts["accepted"]),
    ("delivered", STATES["delivered"], lambda counts: counts["delivered"]),
    ("waiting", STATES["waiting"], lambda counts: counts["waiting"]),
    ("failed", STATES["failed"], lambda counts: counts["failed"]),
)
_OTHERWISE: Final = N_("resolved or cancelled")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard of CloudWatch: its name and its address."""

    name: str
    url: str


def day_page(
    session: Session,
    counts: "DayCounts",
    today: str,
    dashboards: Sequence[Dashboard] = (),
    *,
    refused: RefusedForm | None = None,
) -> str:
    """The page. `today` is the present UTC day (`2026-11-26`), after which there is none to switch to.

    `refused` is the form with the day and the partner's number, where it was refused.
    """
    return render(
        "today.html",
        PATH,
        session,
        day=counts["day"],
        today=today,
        form=form_view("show", refused, day=counts["day"], partnerId=str(counts["partnerId"] or "")),
        links=_links(counts, today),
        partner_id=counts["partnerId"],
        coverage=_coverage(counts["places"]),
        is_empty=not any(one["accepted"] for one in counts["hours"].values()),
        counted_up_to=counts["countedUpTo"],
        pictures=_pictures(counts),
        plot={"width": WIDTH, "height": PLOT_HEIGHT},
        hours=[_hour(counts, hour) for hour in HOURS],
        partners=_partners(counts["partners"]),
        row_width=ROW_WIDTH,
        dashboards=dashboards,
    )


def _links(counts: "DayCounts", today: str) -> dict[str, str]:
    """Where the page leads: other days, other partners, the notifications themselves."""
    day, partner = date.fromisoformat(counts["day"]), counts["partnerId"]
    after = address(PATH, day=day + timedelta(days=1), partnerId=partner) if counts["day"] < today else ""
    return {
        "before": address(PATH, day=day - timedelta(days=1), partnerId=partner),
        "after": after,
        "all_partners": address(PATH, day=day),
        "next_partners": address(PATH, day=day, after=counts["nextAfter"]) if counts["nextAfter"] else "",
        "list": address("/console/search", partnerId=partner, day=day),
    }


def _coverage(places: "Places | None") -> str:
    """Which partners the numbers are about; empty where they are about all, or about one."""
    if places is None or (places["first"] <= 1 and places["last"] >= places["registered"]):
        return ""
    return translate(
        "These numbers are about the partners {first:,} to {last:,} of {count:,}, by number.",
        first=places["first"],
        last=places["last"],
        count=places["registered"],
    )


def _pictures(counts: "DayCounts") -> list[dict[str, Any]]:
    total = total_of(counts["hours"])
    return [_picture(counts, total, measure) for measure in _MEASURES]


def _picture(
    counts: "DayCounts", total: "Counts", measure: tuple[str, str, Callable[["Counts"], int]]
) -> dict[str, Any]:
    name, text, count_of = measure
    numbers = [count_of(counts["hours"].get(hour, NONE)) for hour in HOURS]
    word = translate(text)
    return {
        "name": name,
        "word": word,
        "total": count_of(total),
        "top": top_of(numbers),
        "bars": [(bar, _under_the_pointer(hour, word, bar)) for hour, bar in zip(HOURS, upright(numbers), strict=True)],
    }


def _under_the_pointer(hour: int, word: str, bar: Bar) -> str:
    template = N_("{begin:02}:00 to {end:02}:00 UTC: {count:,} {what}")
    return translate(template, begin=hour, end=hour + 1, count=bar.count, what=word)


def _hour(counts: "DayCounts", hour: int) -> dict[str, Any]:
    return {
        "begin": f"{counts['day']}T{hour:02}:00:00Z",
        "text": f"{hour:02}:00",
        "counts": counts["hours"].get(hour, NONE),
    }


def _partners(those: Sequence["PartnerCounts"]) -> list[dict[str, Any]]:
    most = max((one["accepted"] for one in those), default=0)
    return [_partner(one, most) for one in those]


def _partner(one: "PartnerCounts", most: int) -> dict[str, Any]:
    parts = [(name, text, count_of(one)) for name, text, count_of in _MEASURES[1:]]
    parts.append(("otherwise", _OTHERWISE, max(0, one["accepted"] - sum(count for _, _, count in parts))))
    bars = in_a_row([count for _, _, count in parts], most)
    return {
        **one,
        "name": shown(one["name"]),
        "bars": [
            (bar, name, translate("{count:,} {what}", count=bar.count, what=translate(text)))
            for bar, (name, text, _) in zip(bars, parts, strict=True)
            if bar.count
        ],
    }
