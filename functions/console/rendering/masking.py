"""Voucher codes as a viewer sees them."""

import re
from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 4  # characters at the end, enough to tell two codes apart with a customer on the phone
_HIDDEN: Final = "•"
_QUOTED: Final = re.compile(r"`.*`", re.DOTALL)  # from the first to the last mark: an answer may have marks of its own
_HARMLESS: Final = re.compile(r"[^`]*(`success`[^`]*)*")  # quotes nothing but the word that Herald expects


def masked(code: str) -> str:
    """The code with all but its last four characters hidden; a short one keeps at most half of them."""
    kept = min(_SHOWN, len(code) // 2)
    return _HIDDEN * (len(code) - kept) + code[len(code) - kept :]


def masked_text(text: str, codes: Iterable[str]) -> str:
    """The text with each of these codes masked wherever it stands."""
    for code in sorted(filter(None, codes), key=len, reverse=True):
        text = _without(text, code)
    return text


def _without(text: str, code: str) -> str:
    """Repeated until nothing changes: after `aaaa` is masked in `aaaaaaa`, the rest may hold it again."""
    while (left := text.replace(code, masked(code))) != text:
        text = left
    return text


def without_quotations(sentence: str) -> str:
    """The sentence without what it quotes of a partner's answer, where it is not known which codes that may have."""
    return sentence if _HARMLESS.fullmatch(sentence) else _QUOTED.sub("`…`", sentence)
