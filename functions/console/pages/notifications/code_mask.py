"""Voucher codes hidden in every text of a notification, for viewers."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from console.rendering.masking import masked_text

_TELLING: Final = 5  # characters: a shorter beginning of a code tells nothing
_LONGEST: Final = 200  # characters of a code that was cut off; the search takes no longer code either
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)  # in JSON
_END: Final = re.compile(r"…|\Z")
_HIDDEN: Final = "•"


@dataclass(frozen=True, slots=True)
class CodeMask:
    """Hides these codes. Made once for a notification, which may have thousands of them."""

    codes: tuple[str, ...] = ()
    starts: frozenset[str] = field(default_factory=frozenset)  # how each code begins
    beginnings: frozenset[str] = field(default_factory=frozenset)  # what may be left of a code that was cut off

    @classmethod
    def of(cls, codes: Iterable[str]) -> Self:
        """The mask for these codes."""
        those = tuple(codes)
        starts = frozenset(code[:_TELLING] for code in those)
        cut = (code[:length] for code in those for length in range(_TELLING, min(len(code), _LONGEST + 1)))
        return cls(those, starts, frozenset(cut))

    def text(self, text: str) -> str:
        """The text with each code masked."""
        return masked_text(text, self.codes) if self._may_be_in(text) else text

    def quotation(self, text: str) -> str:
        """What may quote a partner's answer: a code that was cut off, at the end or before `…`, is hidden as well."""
        if not self._may_be_in(text):
            return text
        text = masked_text(text, self.codes)
        for end in [found.start() for found in _END.finditer(text)]:
            length = self._cut_off_before(end, text)
            text = text[: end - length] + _HIDDEN * length + text[end:]
        return text

    def json(self, text: str) -> str:
        """JSON with each code masked, however its characters are written."""
        return self.text(_STRING.sub(lambda found: self._string(found[0]), text)) if self.codes else text

    def _may_be_in(self, text: str) -> bool:
        """Whether a code may begin in the text: much quicker than to look for each code."""
        lengths = {len(start) for start in self.starts}
        return any(text[at : at + length] in self.starts for length in lengths for at in range(len(text)))

    def _cut_off_before(self, end: int, text: str) -> int:
        """How many characters before this place are the beginning of a code."""
        lengths = range(min(end, _LONGEST), _TELLING - 1, -1)
        return next((length for length in lengths if text[end - length : end] in self.beginnings), 0)

    def _string(self, written: str) -> str:
        plain = json.loads(written, strict=False)
        masked = self.text(plain)
        return written if masked == plain else json.dumps(masked, ensure_ascii=False)
