"""How much of a notification a page shows: to whom, and within how many bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from console.pages.notifications.code_mask import CodeMask
from console.rendering.bounded import shown_within
from console.rendering.masking import masked
from console.security.session import Session
from herald.domain.api_key import Role
from herald.runtime.visible import visible_json

_ALL: Final = 1_000_000  # bytes; a notification has less than half of it


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be shown. `mask` hides what the reader may not see, `whole` says that nothing is cut.

    Each text is cut to a number of bytes of the page, so that the page stays small whatever a partner answered.
    """

    mask: CodeMask
    whole: bool = False

    def text(self, text: str, size: int) -> str:
        """A text for the page, in at most `size` bytes."""
        return shown_within(self.mask.text(text), self._size(size))

    def quotation(self, text: str, size: int) -> str:
        """What a partner answered, or a sentence that may quote it, in at most `size` bytes."""
        return shown_within(self.mask.quotation(text), self._size(size))

    def json(self, text: str, size: int) -> str:
        """JSON for the page, with its line ends, in at most `size` bytes."""
        return shown_within(self.mask.json(text), self._size(size), visible_json)

    def code(self, code: str, size: int) -> str:
        """One of the notification's own voucher codes, in at most `size` bytes."""
        return shown_within(masked(code) if self.mask.codes else code, self._size(size))

    def count(self, usual: int, there_are: int) -> int:
        """How many of them to show: the usual number, or all."""
        return there_are if self.whole else min(usual, there_are)

    def _size(self, usual: int) -> int:
        return _ALL if self.whole else usual


def disclosure_for(session: Session, payload: dict[str, Any], *, whole: bool = False) -> Disclosure:
    """An operator sees everything, a viewer the voucher codes masked."""
    return Disclosure(CodeMask() if session.role == Role.OPERATOR else CodeMask.of(codes_of(payload)), whole)


def payload_of(text: str) -> dict[str, Any]:
    """The payload's members. Numbers with a fraction are texts, so that their digits stay as they are."""
    payload: dict[str, Any] = json.loads(text, parse_float=str)
    return payload


def codes_of(payload: dict[str, Any]) -> Iterator[str]:
    """The voucher codes of a payload."""
    codes = payload["body"].get("sncode") or ""
    return (code.strip() for code in codes.split(",") if code.strip())
