"""The translations of one language, from its `.po` files. English needs none: it is the text in the code.

polib reads the files and the standard library's gettext looks up in what polib compiles of them. Both are imported only
when somebody reads another language than English.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from herald.languages.language import Language

if TYPE_CHECKING:
    from gettext import NullTranslations

FOLDERS: Final = [Path(__file__).parent]  # each has a folder `zh_Hant` with `.po` files; the command line adds its own


def N_(template: str) -> str:  # noqa: N802 - the name that gettext's tools know for a text to be translated later
    """The template itself: marks a text of a table for the catalogues."""
    return template


def translated(template: str, language: Language) -> str:
    """The template in this language; in English where the catalogue has none."""
    return template if language is Language.ENGLISH else _catalogue(language).gettext(template)


def translated_plural(one: str, many: str, count: int, language: Language) -> str:
    """The template for this number, by the rule of the language."""
    if language is Language.ENGLISH:
        return one if count == 1 else many
    return _catalogue(language).ngettext(one, many, count)


def files(language: Language) -> list[Path]:
    """The `.po` files of a language, in the order in which they are read."""
    name = language.value.replace("-", "_")
    return sorted(path for folder in FOLDERS for path in (folder / name).glob("*.po"))


@cache
def _catalogue(language: Language) -> "NullTranslations":
    import gettext  # noqa: PLC0415 - see above: 16 ms for 500 entries, and most answers are English
    import io  # noqa: PLC0415 - likewise

    import polib  # noqa: PLC0415 - likewise

    found = gettext.NullTranslations()
    for path in files(language):
        found.add_fallback(gettext.GNUTranslations(io.BytesIO(polib.pofile(str(path)).to_binary())))
    return found
