"""The work list: partner by partner what is failed and held, since when, and mostly why; and whose breaker is open."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from console.rendering.links import address
from console.rendering.masking import without_quotations
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.security.session import Session
from herald.domain.api_key import Role
from herald.languages.catalogue import N_
from herald.languages.current import localized
from herald.languages.message import Message, plural

if TYPE_CHECKING:
    from customer_service.lists.work_list import Work
    from customer_service.schemas.notifications import WorkLine
    from customer_service.schemas.partners import Breaker

PATH: Final = "/console"
_LINES: Final = {"failed": N_("{count:,} failed"), "held": N_("{count:,} held")}  # by state
PARTNERS: Final = 25  # on a page: less than 60 KB, however long their names and reasons are
_NAME, _REASON = 60, 120  # characters: the pages to which the line leads show them in full


@dataclass(slots=True)
class _Lines:
    """What one partner has: a line for each state, and its breaker where that is open."""

    number: int
    name: str
    by_state: dict[str, "WorkLine"] = field(default_factory=dict)
    breaker: "Breaker | None" = None


def work_list_page(session: Session, work: "Work", number: int = 1) -> str:
    """The page with this number, from 1 on; the last one where there are fewer. It refreshes by itself."""
    partners = _by_partner(work)
    last = max(1, -(-len(partners) // PARTNERS))
    number = min(max(1, number), last)
    begin = (number - 1) * PARTNERS
    return render(
        "work_list.html",
        PATH,
        session,
        summary=_summary(work, len(partners)),
        rows=[_row(one, work, session) for one in partners[begin : begin + PARTNERS]],
        pages=_pages(number, last),
    )


def _by_partner(work: "Work") -> list[_Lines]:
    """What each partner has: those with the most failed first, then the most held, then open breakers, by number."""
    partners: dict[int, _Lines] = {}
    for state, lines in (("failed", work.failed), ("held", work.held)):
        for line in lines:
            partners.setdefault(line["partnerId"], _Lines(line["partnerId"], line["name"])).by_state[state] = line
    for one in work.spared:
        partners.setdefault(one.partner_id, _Lines(one.partner_id, one.name)).breaker = one.breaker
    return sorted(partners.values(), key=_place)


def _place(one: _Lines) -> tuple[int, int, bool, int]:
    failed, held = (one.by_state[state]["count"] if state in one.by_state else 0 for state in ("failed", "held"))
    return -failed, -held, one.breaker is None, one.number


def _row(one: _Lines, work: "Work", session: Session) -> dict[str, Any]:
    spared = [_spared_line(one.breaker)] if one.breaker else []
    return {
        "number": one.number,
        "name": shown(one.name, _NAME),
        "href": f"/console/partners/{one.number}",
        "alert_open": one.number in work.alerts_open,
        "lines": [*spared, *(_line(state, line, session) for state, line in one.by_state.items())],
    }


def _spared_line(breaker: "Breaker") -> dict[str, Any]:
    """Its server does not answer: the line of an open breaker."""
    return {
        "state": "failed",
        "text": translate("breaker open"),
        "href": "",  # the partner's name leads there
        "oldest": breaker.get("unansweredSince", ""),
        "reason": _held_back(breaker),
        "next_probe": breaker.get("nextProbeAt", ""),
    }


def _held_back(breaker: "Breaker") -> str:
    if "waiting" not in breaker:
        return translate("Its server does not answer: what falls due is held back.")
    return localized(
        plural(
            "Its server does not answer: {count:,} notification is held back.",
            "Its server does not answer: {count:,} notifications are held back.",
            count=breaker["waiting"],
        )
    )


def _line(state: str, line: "WorkLine", session: Session) -> dict[str, Any]:
    path, reason = f"/console/failed/{line['partnerId']}", line["reason"]
    return {
        "state": state,
        "text": translate(_LINES[state], count=line["count"]),
        "href": address(path, state="held") if state == "held" else path,
        "oldest": line["oldest"],
        "next_probe": "",
        "reason": shown(reason if session.role == Role.OPERATOR else without_quotations(reason), _REASON),
    }


def _summary(work: "Work", partners: int) -> str:
    """What a screen reader hears when it changes."""
    failed, held = (sum(line["count"] for line in lines) for lines in (work.failed, work.held))
    needed = localized(
        plural(
            "{count:,} partner needs somebody: {failed:,} failed, {held:,} held.",
            "{count:,} partners need somebody: {failed:,} failed, {held:,} held.",
            count=partners,
            failed=failed,
            held=held,
        )
    )
    return " ".join([needed, *([localized(_spared(len(work.spared)))] if work.spared else [])])


def _spared(count: int) -> Message:
    return plural("{count:,} server does not answer.", "{count:,} servers do not answer.", count=count)


def _pages(number: int, last: int) -> dict[str, Any]:
    return {
        "number": number,
        "last": last,
        "before": address(PATH, page=number - 1) if number > 1 else "",
        "after": address(PATH, page=number + 1) if number < last else "",
    }
