"""The search: a form, and page by page what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.pages.notification_search.results import rows_of
from console.pages.notification_search.typed import FIELDS, Typed
from console.rendering.bounded import shown_within
from console.rendering.forms import FormView
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.security.session import Session
from customer_service.lists.search_terms import Kind, Page
from herald.contract.methods import METHODS as CONTRACT
from herald.domain.api_key import Role
from herald.domain.clock import iso
from herald.languages.catalogue import N_
from herald.languages.words import METHODS, STATES, VERDICTS

PATH: Final = "/console/search"
_CHOICES: Final = 150  # partners that the page offers to choose from; beyond, their number or name is typed
_NAME: Final = 60  # bytes on the page
_DAY: Final = len("2026-11-26")
_LOOKED_FOR: Final = {
    Kind.ORDER: N_("Looked for as an order number, which is found however old it is."),
    Kind.CODE: N_("Looked for as a voucher code, among what was accepted in these days."),
    Kind.FILTERS: N_("What was accepted in these days, the newest first."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer to a search: a page of what was found, and in how many partners it looks, all pages together.

    `left` of them are not looked through yet; 0 where it looks in one only.
    """

    page: Page
    in_partners: int
    left: int


def search_page(
    session: Session,
    typed: Typed,
    names: Mapping[int, str],
    result: Result | None = None,
    *,
    problems: Mapping[str, str] | None = None,
) -> str:
    """The page. `names` are those of all partners by number; `problems` say by field why nothing was looked for."""
    return render(
        "search.html",
        PATH,
        session,
        form=FormView("search", typed.values, problems or {}),
        partners=_choices(names),
        choices=_filters(),
        result=_result(session, typed, names, result) if result else None,
    )


def _choices(names: Mapping[int, str]) -> list[tuple[int, str]]:
    return [(number, shown_within(name, _NAME)) for number, name in names.items()] if len(names) <= _CHOICES else []


def _filters() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The fields with few values: name, label, and each value with its word."""
    words = (
        ("state", N_("State"), STATES),
        ("verdict", N_("Last verdict"), VERDICTS),
        ("method", N_("Event"), {name: METHODS[name] for name in CONTRACT}),
    )
    return [
        (name, translate(label), [(value, translate(text)) for value, text in those.items()])
        for name, label, those in words
    ]


def _result(session: Session, typed: Typed, names: Mapping[int, str], result: Result) -> dict[str, Any]:
    page = result.page
    return {
        "rows": rows_of(session, page.items, names),
        "looked_for": translate(_LOOKED_FOR[page.kind]),
        "range": _range(typed, page),
        "is_whole": page.after is None,
        "next_href": _next_href(typed, page),
        "reached": "" if page.reached is None else iso(page.reached),
        "in_partners": result.in_partners,
        "left": result.left,
        "waiting_href": _all_waiting(typed, result) if session.role == Role.OPERATOR else "",
        "other_href": _as_a_code(typed) if page.kind is Kind.ORDER and page.after is None else "",
    }


def _all_waiting(typed: Typed, result: Result) -> str:
    """The page that decides about all that waits of the partner that was searched; empty for another search."""
    items = result.page.items
    is_meant = result.page.kind is Kind.FILTERS and result.in_partners == 1 and typed.values["state"] == "waiting"
    return address(f"/console/failed/{items[0]['partnerId']}/all", state="waiting") if is_meant and items else ""


def _range(typed: Typed, page: Page) -> dict[str, str] | None:
    """The days in which was looked; None where they do not matter."""
    if page.kind is Kind.ORDER and not (typed.values["from"] or typed.values["to"]):
        return None
    first = typed.values["from"] or ("" if page.since is None else iso(page.since)[:_DAY])
    return {"first": shown(first), "last": shown(typed.values["to"])}


def _next_href(typed: Typed, page: Page) -> str:
    if page.after is None:
        return ""
    since = {} if page.since is None else {"from": iso(page.since)[:_DAY]}
    place = {"kind": page.kind.value, "at": page.after.partner_id, "cursor": page.after.cursor}
    return address(PATH, **{**typed.values, **since, **place})


def _as_a_code(typed: Typed) -> str:
    return address(PATH, **{name: typed.values[name] for name in FIELDS}, kind=Kind.CODE.value)
