"""What a person who reviews an address should see of it: letters that look like others. Pure."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

import idna

_DOT: Final = re.compile(r"(?<=\w)\.(?=[^\W\d_])")
# Scripts that stand in one word by the habit of a language (Unicode UTS 39, "highly restrictive").
_TOGETHER: Final = tuple(
    frozenset(scripts.split()) for scripts in ("LATIN CJK HIRAGANA KATAKANA", "LATIN CJK BOPOMOFO", "LATIN CJK HANGUL")
)
_LOOKS_LATIN: Final = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def warnings_of(url: str) -> list[str]:
    """Sentences about the host of an address that `check_url` accepts; empty for a host in plain ASCII."""
    host = urlsplit(url).hostname or ""
    shown = _in_unicode(host)
    if shown.isascii():
        return []
    ascii_host = idna.encode(shown, uts46=True).decode()
    return [f"the host {shown} is {ascii_host} to the name servers", *_script_warnings(shown)]


def defanged(text: str) -> str:
    """Text in which no mail program makes a link: `https[:]//evil[.]example`. For what a partner sent."""
    return _DOT.sub("[.]", text.replace("://", "[:]//"))


def _in_unicode(host: str) -> str:
    try:
        return idna.decode(host) if "xn--" in host else host
    except idna.IDNAError:
        return host


def _script_warnings(host: str) -> list[str]:
    found: list[str] = []
    for label in host.split("."):
        scripts = {_script(character) for character in label if character.isalpha()}
        if len(scripts) > 1 and not any(scripts <= usual for usual in _TOGETHER):
            names = " and ".join(sorted(script.capitalize() for script in scripts))
            found.append(
                f"`{label}` mixes {names} letters, which may look alike: compare it with what the partner wrote"
            )
        elif scripts and scripts <= _LOOKS_LATIN:
            (script, *_) = scripts
            found.append(f"`{label}` is written in {script.capitalize()} letters, some of which look like Latin ones")
    return found


def _script(character: str) -> str:
    """By the first word of its name in Unicode, which for letters is the script."""
    return unicodedata.name(character, "UNKNOWN").split("-")[0].split()[0].removeprefix("FULLWIDTH")
