"""For the reviewer of a host name with non-ASCII letters: its ASCII form, and the names that it resembles. Pure.

Based on UTS 39, "Unicode Security Mechanisms", section 5 (mixed scripts in one label) and section 4 (confusable
letters), as far as the script of a letter can be read from its Unicode name.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from herald.languages.message import Message
from herald.languages.shown import shown

# Scripts that may occur in one label (UTS 39, section 5.2, "highly restrictive").
_TOGETHER: Final = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
    frozenset({"Latin", "Han", "Hangul"}),
)
_SCRIPTS: Final = {
    "CJK": "Han",
    "IDEOGRAPHIC": "Han",
}  # by the first word of a letter's Unicode name, where it is not the script
_LONGEST: Final = 63  # characters of a label, as many as the DNS allows
_ANY_SCRIPT: Final = frozenset({"KATAKANA-HIRAGANA", "MODIFIER"})

# Letters of other scripts, and rare Latin ones, with the ASCII letters that they resemble.
_LOOK_ALIKES: Final = (
    str.maketrans("аԁеһіїјӏорԛѕсԝхуѵвкмнтгьп", "adehiijlopqscwxyvbkmhtrbn")  # Cyrillic
    | str.maketrans("ωοαρυνκιτγχε", "woapuvkityxe")  # Greek
    | str.maketrans("օոսհցզյ", "onuhgqj")  # Armenian
    | str.maketrans("ɑɡıȷ", "agij")  # Latin
)


@dataclass(frozen=True, slots=True)
class HostReview:
    """A host name in both forms, and warnings for the reviewer."""

    name: str  # in Unicode
    ascii: str  # as in DNS and certificates
    warnings: tuple[Message, ...]


def review_host(url: str) -> HostReview | None:
    """The review of a URL's host; None when it is plain ASCII, or cannot be read."""
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
        known_as = host if host.isascii() else _encoded(host)
    except ValueError:  # IDNAError is a subclass
        return None
    labels = known_as.split(".")
    if not any(label.startswith("xn--") for label in labels):
        return None
    read = [_in_letters(label) for label in labels]
    imitates = not labels[-1].startswith("xn--")  # below a non-ASCII top-level domain a name imitates no ASCII one
    warnings = [
        warning
        for label, letters in zip(labels, read, strict=True)
        for warning in _warnings(label, letters, imitates=imitates)
    ]
    shown = ".".join(letters or label for label, letters in zip(labels, read, strict=True))
    return HostReview(shown, known_as, tuple(warnings))


def with_ascii_form(url: str) -> str:
    """The URL, followed by the ASCII form of its host where that differs."""
    review = review_host(url)
    return url if review is None else f"{url} (host {review.ascii})"


def _encoded(host: str) -> str:
    import idna  # noqa: PLC0415 - the import takes 20 ms, and most functions do not need it

    return idna.encode(host, uts46=True).decode().removesuffix(".")


def _in_letters(label: str) -> str | None:
    """The label in Unicode; None when its ASCII form is invalid or has invisible characters."""
    if not label.startswith("xn--"):
        return label
    try:
        letters = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return None
    return letters if letters.isprintable() and not letters.isascii() else None


def _warnings(label: str, letters: str | None, *, imitates: bool) -> list[Message]:
    if letters is None:
        return [Message("`{label}` stands for nothing that can be read", label=shown(label, _LONGEST))]
    if letters.isascii():
        return []
    scripts = sorted({_script(letter) for letter in letters} - {""})
    found = []
    if len(scripts) > 1 and not any(together.issuperset(scripts) for together in _TOGETHER):
        mixed = Message(
            # translators: {scripts} are names of scripts in English, such as: Cyrillic, Latin
            "`{label}` mixes letters of several scripts ({scripts})",
            label=shown(letters, _LONGEST),
            scripts=", ".join(scripts),
        )
        found.append(mixed)
    resembles = letters.translate(_LOOK_ALIKES)
    if resembles.isascii() and (imitates or found):
        alike = {"label": shown(letters, _LONGEST), "other": shown(resembles, _LONGEST)}
        found.append(Message("`{label}` can be taken for `{other}`, which is another name", **alike))
    return found


def _script(letter: str) -> str:
    """The script of a letter, by its Unicode name; empty for characters common to all scripts."""
    first = unicodedata.name(letter, "UNKNOWN").split(maxsplit=1)[0]
    if first in _ANY_SCRIPT or not unicodedata.category(letter).startswith("L"):
        return ""
    return _SCRIPTS.get(first, first.capitalize())
