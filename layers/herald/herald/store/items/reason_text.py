"""A reason as a text attribute, and back.

A reason with a code is JSON in its shortest form: `["not_success.case",{"status":200,"body":"SUCCESS"}]`, followed by
further such arrays for what it says also. A sentence is stored as it is. It is a text and no map, so that a version of
Herald that knows only sentences can read it: it shows the JSON.
"""

import json
from typing import Any, Final

from herald.languages.reason import Reason

_BEGIN: Final = '["'


def reason_to_text(reason: Reason) -> str:
    """The text of the attribute."""
    if reason.is_sentence and not str(reason).startswith(_BEGIN):
        return str(reason)
    return json.dumps(_to_list(reason), ensure_ascii=False, separators=(",", ":"))


def reason_from_text(text: str) -> Reason:
    """The reason that `reason_to_text` wrote; any other text is a sentence, as all were before there were codes."""
    if not text.startswith(_BEGIN):
        return Reason.sentence(text)
    try:
        return _from_list(json.loads(text))
    except (ValueError, RecursionError):
        return Reason.sentence(text)


def _to_list(reason: Reason) -> list[Any]:
    return [reason.code, dict(reason.values), *map(_to_list, reason.also)]


def _from_list(read: Any) -> Reason:  # noqa: ANN401 - any JSON
    """Raises `ValueError` for JSON of another form."""
    match read:
        case [str(code), dict(values), *also] if all(type(value) in {str, int} for value in values.values()):
            return Reason(code, values, tuple(map(_from_list, also)))
    message = "no reason"
    raise ValueError(message)
