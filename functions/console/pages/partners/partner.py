"""One partner: its addresses with their reviews and tests, what can be decided about it, and its history."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from console.pages.partners.changes import FIELDS, rebased, was
from console.pages.partners.partner_list import PATH
from console.pages.partners.room import WHOLE, Room
from console.pages.partners.sections.breaker import breaker_view
from console.pages.partners.sections.health import HEALTHY, held_sentence, waiting_sentence
from console.pages.partners.sections.history import history_of, newest_change
from console.rendering.bounded import shown_within
from console.rendering.forms import GENERAL, FormView, RefusedForm, form_view
from console.rendering.links import address
from console.rendering.page import render
from console.rendering.text import shown, word
from console.security.session import Session
from customer_service.registry.seen_values import as_seen
from herald.languages.words import REVIEW_STATES, VERDICTS

if TYPE_CHECKING:
    from customer_service.schemas.common import Host, Test
    from customer_service.schemas.partners import Partner, PartnerHealth

_DECISIONS: Final = (
    *("approve", "suspend", "resume", "rotate-secret", "rotate-key"),
    *("probe", "close-breaker", "set-header", "remove-header"),
)
_CHANGES: Final = ("change", "limits")  # the forms with the present values
_IN_A_TITLE: Final = 40
_NEVER_WHOLE: Final = {"short_name"}  # of the details: what ends with `…` there is not to be had whole
_TYPED: Final = 2_500  # bytes of a reason: 500 characters


def partner_page(
    session: Session,
    one: "Partner",
    health: "PartnerHealth" = HEALTHY,
    *,
    refused: RefusedForm | None = None,
    notice: str | None = None,
    whole: bool = False,
) -> str:
    """The page. `refused` is a form of it that was sent and refused, `notice` says what was done.

    `whole`: with all of its history and no text cut, however large the page becomes.
    """
    path = f"{PATH}/{one['partnerId']}"
    details = _details(one, WHOLE if whole else Room.for_partner(one, refused=refused is not None))
    return render(
        "partner.html",
        path,
        session,
        notice=notice,
        left_over=_left_over(one, refused),
        newest=newest_change(one) if refused and GENERAL in refused.problems else None,
        partner={**one, "path": path},
        state_word=word(REVIEW_STATES, one["state"]),
        health=health,
        waiting=waiting_sentence(health),
        held=held_sentence(health),
        forms={name.replace("-", "_"): form_view(name, refused) for name in _DECISIONS},
        **{name: _change(name, one, refused) for name in _CHANGES},
        breaker=breaker_view(one),
        **details,
        whole_href=address(path, history="all") if not whole and _is_cut(details) else "",
    )


def _details(one: "Partner", room: Room) -> dict[str, Any]:
    name = one["name"]
    return {
        "name": room.text(name),
        "short_name": shown(name, _IN_A_TITLE),
        "contact": room.text(one["contact"]),
        "approved": _address(one["url"], one.get("urlHost"), one["lastTest"], room, internal=one["internal"]),
        "proposed": _address(
            one["proposedUrl"], one.get("proposedUrlHost"), one["lastTest"], room, internal=one["proposedInternal"]
        ),
        "history": history_of(one, room),
    }


def _is_cut(details: Any) -> bool:  # noqa: ANN401 - texts, numbers, and lists and dicts of them
    """Whether a text was cut, or some of a list were left out."""
    match details:
        case str():
            return details.endswith("…")
        case dict():
            return bool(details.get("more")) or any(
                _is_cut(value) for name, value in details.items() if name not in _NEVER_WHOLE
            )
        case list():
            return any(map(_is_cut, details))
    return False


def _left_over(one: "Partner", refused: RefusedForm | None) -> dict[str, str] | None:
    """A refused form that the page does not have now: why, and what was typed. Somebody else has suspended it first."""
    present: set[str] = set()
    if one["state"] not in {"deleting", "deleted"}:
        present |= {*_CHANGES, "rotate-secret", "rotate-key", "set-header"}
        present |= {"remove-header"} if one["headerNames"] else set()
    present |= {"probe", "close-breaker"} if one["breaker"]["state"] == "open" else set()
    present |= {"approve"} if one["proposedUrl"] is not None else set()
    present |= {"active": {"suspend"}, "suspended": {"resume"}}.get(one["state"], set())
    if refused is None or refused.name in present:
        return None
    return {"problem": " ".join(refused.problems.values()), "typed": shown_within(refused.typed.get("reason"), _TYPED)}


def _change(name: str, one: "Partner", refused: RefusedForm | None) -> FormView:
    present = _present(one)
    if refused is not None and refused.name == name and GENERAL in refused.problems:
        refused = replace(refused, typed=rebased(refused.typed, present))
    return form_view(name, refused, **present)


def _address(
    url: str | None, host: "Host | None", test: "Test | None", room: Room, *, internal: bool
) -> dict[str, Any] | None:
    if url is None:
        return None
    return {
        "url": shown_within(url, room.address),
        "seen": as_seen(url),
        "internal": internal,
        "host": _host(host, room) if host else None,
        "test": _test(test, room) if test and (test["url"], test["internal"]) == (url, internal) else None,
    }


def _host(host: "Host", room: Room) -> dict[str, Any]:
    warnings = host["warnings"]
    return {
        "name": room.text(host["name"]),
        "ascii": room.text(host["ascii"]),
        "warnings": [room.text(text) for text in warnings[: room.warnings]],
        "more": len(warnings[room.warnings :]),
    }


def _test(test: "Test", room: Room) -> dict[str, Any]:
    passed = test["verdict"] == "success"
    return {
        "at": test["at"],
        "durationMs": test["durationMs"],
        "status": test["status"],
        "passed": passed,
        "state": "delivered" if passed else "failed",
        "word": word(VERDICTS, test["verdict"]),
        "reason": shown_within(test["reason"], room.test),
        "address": room.text(test["address"] or ""),
        "excerpt": shown_within(test["excerpt"], room.test),
    }


def _present(one: "Partner") -> dict[str, str]:
    """The values of the forms of changes: each as it is, and once more as the person saw it."""
    now: dict[str, object] = {**one, "url": one["proposedUrl"], "internal": "true" if one["proposedInternal"] else None}
    values = {name: "" if now[name] is None else str(now[name]) for name in FIELDS}
    return values | {was(name): as_seen(value) for name, value in values.items()}
