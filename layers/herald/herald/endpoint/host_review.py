"""What a reviewer must know of a host name with letters beyond ASCII: its ASCII form, and what it may imitate. Pure.

After UTS 39, "Unicode Security Mechanisms", section 5 (mixed scripts in one label) and section 4 (letters that look
like others), as far as Python's character names tell a letter's script.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

# Scripts that are written together (UTS 39, section 5.2, "highly restrictive").
_TOGETHER: Final = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
    frozenset({"Latin", "Han", "Hangul"}),
)
_SCRIPTS: Final = {"CJK": "Han", "IDEOGRAPHIC": "Han"}  # by the first word of a letter's name, where that differs
_ANY_SCRIPT: Final = frozenset({"KATAKANA-HIRAGANA", "MODIFIER"})

# Letters of other scripts, and rare Latin ones, with the ASCII letters that they can be taken for.
_LOOK_ALIKES: Final = (
    str.maketrans("аԁеһіїјӏорԛѕсԝхуѵвкмнтгьп", "adehiijlopqscwxyvbkmhtrbn")  # Cyrillic
    | str.maketrans("ωοαρυνκιτγχε", "woapuvkityxe")  # Greek
    | str.maketrans("օոսհցզյ", "onuhgqj")  # Armenian
    | str.maketrans("ɑɡıȷ", "agij")  # Latin
)


@dataclass(frozen=True, slots=True)
class HostReview:
    """A host name in both of its forms, and sentences of warning."""

    name: str  # in letters, as people read it
    ascii: str  # as name servers and certificates know it
    warnings: tuple[str, ...]


def review_host(url: str) -> HostReview | None:
    """What to know of a URL's host; None where it is plain ASCII, or no host can be read."""
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
        known_as = host if host.isascii() else _encoded(host)
    except ValueError:  # IDNAError is one
        return None
    labels = known_as.split(".")
    if not any(label.startswith("xn--") for label in labels):
        return None
    read = [_in_letters(label) for label in labels]
    imitates = not labels[-1].startswith("xn--")  # below a top-level domain of its own script a name is what it says
    warnings = [
        warning
        for label, letters in zip(labels, read, strict=True)
        for warning in _warnings(label, letters, imitates=imitates)
    ]
    shown = ".".join(letters or label for label, letters in zip(labels, read, strict=True))
    return HostReview(shown, known_as, tuple(warnings))


def with_ascii_form(url: str) -> str:
    """The URL, and behind it the ASCII form of its host where that is another one."""
    review = review_host(url)
    return url if review is None else f"{url} (host {review.ascii})"


def _encoded(host: str) -> str:
    import idna  # noqa: PLC0415 - takes 20 ms, which functions that only load a partner need not pay at their start

    return idna.encode(host, uts46=True).decode().removesuffix(".")


def _in_letters(label: str) -> str | None:
    """The label as people read it; None where its ASCII form is none, or has characters that nobody sees."""
    if not label.startswith("xn--"):
        return label
    try:
        letters = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return None
    return letters if letters.isprintable() and not letters.isascii() else None


def _warnings(label: str, letters: str | None, *, imitates: bool) -> list[str]:
    if letters is None:
        return [f"`{label}` stands for nothing that can be read"]
    if letters.isascii():
        return []
    scripts = sorted({_script(letter) for letter in letters} - {""})
    found = []
    if len(scripts) > 1 and not any(together.issuperset(scripts) for together in _TOGETHER):
        found.append(f"`{letters}` mixes letters of several scripts ({', '.join(scripts)})")
    resembles = letters.translate(_LOOK_ALIKES)
    if resembles.isascii() and (imitates or found):
        found.append(f"`{letters}` can be taken for `{resembles}`, which is another name")
    return found


def _script(letter: str) -> str:
    """The script that a letter belongs to, by its name; empty for what is common to all scripts."""
    first = unicodedata.name(letter, "UNKNOWN").split(maxsplit=1)[0]
    if first in _ANY_SCRIPT or not unicodedata.category(letter).startswith("L"):
        return ""
    return _SCRIPTS.get(first, first.capitalize())
