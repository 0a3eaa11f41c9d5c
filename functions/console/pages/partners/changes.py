"""What a person changed in the form of a partner."""

from collections.abc import Mapping
from typing import Final

from console.request import Form
from customer_service.registry.seen_values import as_seen

REVIEWED: Final = ("name", "contact", "url", "internal", "ladder")  # of one form
LIMITS: Final = ("timeout", "ratePerSecond", "concurrency")  # of another one
FIELDS: Final = (*REVIEWED, *LIMITS)
# `null` for the API: withdrawn, as the stack has it, or without a limit.
_EMPTY_IS_NONE: Final = frozenset({"url", "ladder", *LIMITS})
_DIGITS: Final = 9  # of a number that is read; the API refuses far smaller ones


def was(field: str) -> str:
    """The hidden field with the value that the person saw (`as_seen`)."""
    return f"was-{field}"


def changed_fields(form: Form) -> dict[str, str | int | None]:
    """The fields that the person changed, as the API's PATCH has them; empty where nothing was changed.

    Only these are sent, so that a form opened earlier does not undo what somebody else changed meanwhile.
    """
    changed = {name: form.get(name) for name in FIELDS if as_seen(form.get(name)) != form.get(was(name))}
    return {name: _read(name, value) for name, value in changed.items()}


def _read(name: str, text: str) -> str | int | None:
    """As the API has it; a limit that is no number stays the text that it is, and is refused as such."""
    if not text and name in _EMPTY_IS_NONE:
        return None
    is_number = name in LIMITS and text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_number else text


def seen_of(form: Form) -> dict[str, str]:
    """What stood before in the fields that the person changed."""
    return {name: form.get(was(name)) for name in changed_fields(form)}


def rebased(typed: Form, present: Mapping[str, str]) -> Form:
    """The form with what is `present` in place of what the person saw, for one that somebody else overtook.

    What the person changed stays as it was typed, and is changed when the form is sent again.
    """
    changed = changed_fields(typed)
    kept = {name: typed.get(name) for name in changed}
    return Form((*{**present, **kept}.items(), ("reason", typed.get("reason"))))
