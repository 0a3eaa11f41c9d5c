"""One partner: its addresses with their reviews and tests, what can be decided about it, and its history."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.partners.changes import FIELDS, was
from console.pages.partners.health import HEALTHY, PartnerHealth, held_sentence, waiting_sentence
from console.pages.partners.partner_list import PATH
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import render
from console.rendering.text import shown, word
from console.security.session import Session
from herald.languages.words import PARTNER_ACTIONS, REVIEW_STATES, VERDICTS

if TYPE_CHECKING:
    from operator_api.schemas.common import Host, Test
    from operator_api.schemas.partners import Partner, PartnerEntry

_DECISIONS: Final = ("approve", "suspend", "resume", "rotate-secret", "rotate-key")
_EXCERPT: Final = 512  # characters: the API keeps as many bytes
_MAX_URL: Final = 2_000
_IN_A_TITLE: Final = 40
_SENTENCE: Final = 1_000  # characters of a reason or of the particulars of a change


def partner_page(
    session: Session,
    one: "Partner",
    health: PartnerHealth = HEALTHY,
    *,
    refused: RefusedForm | None = None,
    notice: str | None = None,
) -> str:
    """The page. `refused` is a form of it that was sent and refused, `notice` says what was done."""
    path = f"{PATH}/{one['partnerId']}"
    return render(
        "partner.html",
        path,
        session,
        notice=notice,
        partner={**one, "path": path, **_names(one)},
        state_word=word(REVIEW_STATES, one["state"]),
        health=health,
        waiting=waiting_sentence(health),
        held=held_sentence(health),
        approved=_address(one["url"], one.get("urlHost"), one["lastTest"]),
        proposed=_address(one["proposedUrl"], one.get("proposedUrlHost"), one["lastTest"]),
        forms={name.replace("-", "_"): form_view(name, refused) for name in _DECISIONS},
        change=form_view("change", refused, **_present(one)),
        history=[_entry(entry) for entry in reversed(one["history"])],
    )


def _names(one: "Partner") -> dict[str, str]:
    name = one["name"]
    return {"name": shown(name), "short_name": shown(name, _IN_A_TITLE), "contact": shown(one["contact"])}


def _address(url: str | None, host: "Host | None", test: "Test | None") -> dict[str, Any] | None:
    if url is None:
        return None
    return {
        "url": shown(url, _MAX_URL),
        "exact": url,
        "host": _host(host) if host else None,
        "test": _test(test) if test and test["url"] == url else None,
    }


def _host(host: "Host") -> dict[str, Any]:
    return {
        "name": shown(host["name"]),
        "ascii": shown(host["ascii"]),
        "warnings": [shown(text, _SENTENCE) for text in host["warnings"]],
    }


def _test(test: "Test") -> dict[str, Any]:
    passed = test["verdict"] == "success"
    return {
        **test,
        "passed": passed,
        "state": "delivered" if passed else "failed",
        "word": word(VERDICTS, test["verdict"]),
        "reason": shown(test["reason"], _SENTENCE),
        "address": shown(test["address"] or ""),
        "excerpt": shown(test["excerpt"], _EXCERPT),
    }


def _present(one: "Partner") -> dict[str, str]:
    """The values of the form of changes: each as it is, and once more as the person saw it."""
    now = {"name": one["name"], "contact": one["contact"], "url": one["proposedUrl"], "ladder": one["ladder"]}
    values = {name: now[name] or "" for name in FIELDS}
    return values | {was(name): value for name, value in values.items()}


def _entry(entry: "PartnerEntry") -> dict[str, Any]:
    return {
        "at": entry["at"],
        "by": shown(entry["by"]),
        "action": word(PARTNER_ACTIONS, entry["action"]),
        "reason": shown(entry["reason"], _SENTENCE),
        "what": shown(entry.get("what", ""), _SENTENCE),
    }
