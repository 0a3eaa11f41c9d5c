"""A sentence with named values, written in the language of whoever reads it. Pure.

The English template is the key in the catalogues, as gettext has it. `tests/unit/languages` compares the catalogues
with the templates in the code, which are found by the names `Message`, `plural` and `N_`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, override

from herald.languages.catalogue import translated, translated_plural
from herald.languages.dates import written_date, written_moment
from herald.languages.language import Language


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """A template and its values. `str` is the sentence in English, for logs and for readers of the code.

    A value in the template is a name in braces, with a form where it is not written as it is: `{until:moment}` is a
    moment in RFC 3339, `{day:date}` its date, `{kind:word}` a word that the catalogue translates. A value that is a
    message is written in the same language.
    """

    template: str
    values: Mapping[str, Any]
    many: str | None  # the template for other numbers than 1; the number is the value `count`

    def __init__(self, template: str, /, **values: object) -> None:
        _set(self, template, None, values)

    def in_language(self, language: Language) -> str:
        """The sentence in this language."""
        if self.many is None:
            template = translated(self.template, language)
        else:
            template = translated_plural(self.template, self.many, self.values["count"], language)
        return filled(template, self.values, language)

    @override
    def __str__(self) -> str:
        return self.in_language(Language.ENGLISH)


def plural(one: str, many: str, /, *, count: int, **values: object) -> Message:
    """A message whose template depends on `count`: `plural("{count} job", "{count} jobs", count=3)`."""
    message = object.__new__(Message)
    _set(message, one, many, {"count": count, **values})
    return message


def filled(template: str, values: Mapping[str, object], language: Language) -> str:
    """The template with its values in this language."""
    return template.format_map({name: _Value(value, language) for name, value in values.items()})


def _set(message: Message, template: str, many: str | None, values: Mapping[str, object]) -> None:
    for name, value in (("template", template), ("values", values), ("many", many)):
        object.__setattr__(message, name, value)


class _Value:
    """A value with the forms that a template may ask for."""

    def __init__(self, value: Any, language: Language) -> None:  # noqa: ANN401 - text, numbers and messages
        self._value = value
        self._language = language

    @override
    def __format__(self, form: str) -> str:
        match form:
            case "date":
                return written_date(self._value, self._language)
            case "moment":
                return written_moment(self._value, self._language)
            case "word":
                return translated(self._value, self._language)
            case _ if hasattr(self._value, "in_language"):
                return str(self._value.in_language(self._language))
        return format(self._value, form)
