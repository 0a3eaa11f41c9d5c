"""The catalogues (`.po` files), and the parts of the code whose texts each of them translates."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import polib
from babel.messages.extract import extract_from_dir

LANGUAGES: Final = ("zh_Hant", "zh_Hans")
KEYWORDS: Final = {"Message": None, "N_": None, "_": None, "translate": None, "plural": (1, 2)}
_METHODS: Final = [
    ("cli/**.py", "tools.translations.help_texts:extract"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
]
_LIBRARY: Final = Path("layers/herald/herald")
_TEMPLATES: Final = Path("layers/console")
_CONSOLE: Final = Path("functions/console")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the code, and the catalogues of its texts."""

    name: str  # of the file, without `.po`
    sources: tuple[Path, ...]
    folder: Path  # with a folder for each language
    without: tuple[Path, ...] = ()  # folders of the sources that belong to another area

    def path(self, language: str) -> Path:
        """The catalogue of this area in a language (`zh_Hant`)."""
        return self.folder / language / f"{self.name}.po"


AREAS: Final = (
    Area("reasons", (_LIBRARY / "languages",), _LIBRARY / "languages"),
    Area("service", (_LIBRARY, Path("functions")), _LIBRARY / "languages", (_LIBRARY / "languages", _CONSOLE)),
    Area("console", (_TEMPLATES, _CONSOLE), _TEMPLATES / "console_templates/languages"),
    Area("cli", (Path("tools"),), Path("tools/languages"), (Path("tools/translations"),)),
)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text of the code: its English templates (a second one for the plural), where it stands, and what to know."""

    one: str
    many: str
    place: str
    comment: str

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in a catalogue."""
        return self.one, self.many


@cache
def source_texts(area: Area, root: Path) -> tuple[SourceText, ...]:
    """The texts of an area, by file and line; each once."""
    found: dict[tuple[str, str], SourceText] = {}
    for text in _extracted(area, root):
        found.setdefault(text.key, text)
    return (*found.values(),)


def updated(area: Area, language: str, root: Path) -> polib.POFile:
    """The catalogue with the texts of the code: translations are kept, new texts have none, others are left out."""
    path = root / area.path(language)
    old = {(entry.msgid, entry.msgid_plural): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {
        "Language": language.replace("_", "-"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for text in source_texts(area, root):
        catalogue.append(_entry(text, old.get(text.key)))
    return catalogue


def is_translated(entry: polib.POEntry) -> bool:
    """Whether the entry has a text in its language."""
    return bool(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)


def _entry(text: SourceText, old: polib.POEntry | None) -> polib.POEntry:
    """Its place is the file without the line, so that a change of the code does not change the catalogues."""
    entry = polib.POEntry(msgid=text.one, comment=text.comment, occurrences=[(text.place, "")])
    if text.many:
        entry.msgid_plural = text.many
        entry.msgstr_plural = {0: old.msgstr_plural[0] if old else ""}
    else:
        entry.msgstr = old.msgstr if old else ""
    entry.tcomment = old.tcomment if old else ""  # a translator's own note
    return entry


def _extracted(area: Area, root: Path) -> Iterator[SourceText]:
    for source in area.sources:
        found = extract_from_dir(
            root / source,
            _METHODS,
            keywords=KEYWORDS,
            comment_tags=["translators:"],
            strip_comment_tags=True,
        )
        for name, _line, text, comments, _context in sorted(found, key=lambda one: (one[0], one[1])):
            place = source / name
            if not any(place.is_relative_to(folder) for folder in area.without):
                one, many = (text, "") if isinstance(text, str) else text
                yield SourceText(one, many, place.as_posix(), " ".join(comments))
