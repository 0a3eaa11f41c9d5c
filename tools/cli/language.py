"""The language of one command: an option, else the environment, else the locale, else English."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import tools.languages  # noqa: F401 - adds the translations of the command line to the catalogues
from herald.languages.current import current_language, set_language
from herald.languages.language import Language, language_of_locale, negotiate

OPTION = "--language"
VARIABLE = "HERALD_LANGUAGE"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is not empty counts (POSIX)
_NO_LOCALE = frozenset({"", "C", "POSIX"})


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language that the arguments ask for, else the environment; English where none fits.

    The arguments are looked through before the command line is parsed, so that its faults and the help pages are in
    that language too.
    """
    asked = _option(arguments) or environment.get(VARIABLE)
    return language_of_locale(asked) if asked else _language_of_the_locale(environment)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Until its end this process answers in the language, and the language before it afterwards."""
    before = current_language()
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def _option(arguments: Sequence[str]) -> str | None:
    """The value of the last `--language`, as the parser would take it."""
    found = None
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            break
        if argument == OPTION:
            found = next(given, None)
        elif argument.startswith(f"{OPTION}="):
            found = argument.removeprefix(f"{OPTION}=")
    return found


def _language_of_the_locale(environment: Mapping[str, str]) -> Language:
    """As gettext chooses it: `LANGUAGE` is a list by preference, which counts only where a locale is set."""
    locale = next((value for name in _LOCALE_VARIABLES if (value := environment.get(name))), "")
    preferred = environment.get("LANGUAGE")
    if preferred and locale not in _NO_LOCALE:
        return negotiate(",".join(_tag(name) for name in preferred.split(":")))
    return language_of_locale(locale)


def _tag(locale: str) -> str:
    """The language tag of a locale: `zh-TW` of `zh_TW.UTF-8`."""
    return locale.partition(".")[0].partition("@")[0].replace("_", "-")
