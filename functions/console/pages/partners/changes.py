"""What a person changed in the form of a partner."""

from typing import Final

from console.request import Form

FIELDS: Final = ("name", "contact", "url", "ladder")
_EMPTY_IS_NONE: Final = frozenset({"url", "ladder"})  # `null` for the API: withdrawn, or the ladder of the stack


def was(field: str) -> str:
    """The hidden field with the value that the person saw."""
    return f"was-{field}"


def changed_fields(form: Form) -> dict[str, str | None]:
    """The fields that the person changed, as the API's PATCH has them; empty where nothing was changed.

    Only these are sent, so that a form opened earlier does not undo what somebody else changed meanwhile.
    """
    changed = {name: form.get(name) for name in FIELDS if form.get(name) != form.get(was(name))}
    return {name: None if not value and name in _EMPTY_IS_NONE else value for name, value in changed.items()}
