"""One source: what it demands, and what is decided about it."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.sources.new_source import mark_secrets
from console.pages.sources.source_list import PATH, demands_of
from console.rendering.bounded import shown_within
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import render, translate
from console.rendering.recency import is_recent
from console.rendering.text import shown, word
from console.security.session import Session
from herald.domain.clock import iso
from herald.languages.catalogue import N_
from herald.languages.words import SOURCE_ACTIONS, SOURCE_STATES

if TYPE_CHECKING:
    from customer_service.schemas.partners import PartnerEntry
    from customer_service.schemas.sources.responses import Source

_NOTICES: Final = {
    "suspend": N_("The source is suspended: within 30 seconds its address answers as one that does not exist."),
    "resume": N_("The source is resumed: its sender submits at the same address again."),
    "change": N_("The changes are saved."),
}
_ENTRIES: Final = 15  # of the history, which has at most 50
_IN_A_TITLE: Final = 40  # characters of the name
# Bytes on the page.
_NAME: Final = 1_000
_WHO: Final = 120
_TEXT: Final = 1_200
_SENTENCE: Final = 500  # characters


def source_page(
    session: Session, one: "Source", now: int, *, refused: RefusedForm | None = None, done: str = ""
) -> str:
    """The page at `now` (ms since the epoch). `done` is what the address says that the person has just done."""
    cidrs, history = " ".join(one["cidrs"]), one["history"][::-1]
    known = {"name": one["name"], "cidrs": cidrs}
    forms = {name.replace("-", "_"): form_view(name, refused) for name in ("suspend", "resume", "rotate-token")}
    return render(
        "source.html",
        f"{PATH}/{one['id']}",
        session,
        notice=None if refused else _notice(one, done, session.name, now),
        source=one,
        own_path=f"{PATH}/{one['id']}",
        name=shown_within(one["name"], _NAME),
        short_name=shown(one["name"], _IN_A_TITLE),
        state_word=word(SOURCE_STATES, one["state"]),
        demands=[shown_within(text, _TEXT) for text in demands_of(one)],
        overlap=one["previousTokenUntil"] if (one["previousTokenUntil"] or "") > iso(now) else "",
        forms=forms,
        change=form_view(
            "change",
            refused and mark_secrets(refused),
            **known,
            **{f"was-{field}": value for field, value in known.items()},
        ),
        left_over=_left_over(one, refused),
        history={"entries": [_entry(entry) for entry in history[:_ENTRIES]], "more": len(history[_ENTRIES:])},
    )


def _left_over(one: "Source", refused: RefusedForm | None) -> dict[str, str] | None:
    """What was typed into a form that the page has no longer, because somebody else was first."""
    gone = {"suspended": "suspend", "active": "resume"}.get(one["state"])
    if refused is None or refused.name != gone:
        return None
    return {
        "problem": " ".join(refused.problems.values()),
        "typed": shown(refused.typed.get("reason"), _SENTENCE),
    }


def _notice(one: "Source", done: str, by: str, now: int) -> str | None:
    """That the person did it, if it is the last change and of the last minutes."""
    newest = one["history"][-1]
    if done not in _NOTICES or (newest["by"], newest["action"]) != (by, done) or not is_recent(newest["at"], now):
        return None
    return translate(_NOTICES[done])


def _entry(entry: "PartnerEntry") -> dict[str, Any]:
    return {
        "at": entry["at"],
        "by": shown_within(entry["by"], _WHO),
        "action": word(SOURCE_ACTIONS, entry["action"]),
        "reason": shown_within(entry["reason"], _TEXT),
        "what": shown_within(entry.get("what", ""), _TEXT),
    }
