"""Why an attempt failed, or why a notification is held: a code with named values, and the sentence of it.

Stored and answered as data. The sentence is made when somebody reads it, in their language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, override

from herald.languages.catalogue import translated
from herald.languages.language import Language
from herald.languages.message import filled
from herald.languages.reasons import TEMPLATES

type Value = str | int

SENTENCE: Final = "sentence"  # a text as it was written: by a person, or by a version of Herald without codes


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of `TEMPLATES` and its values; the sentences of `also` follow its own.

    A value is a text or a whole number; a date is text in the form of RFC 3339. What comes from outside is bounded and
    without invisible characters (`herald.languages.shown`).
    """

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    also: "tuple[Reason, ...]" = ()

    @classmethod
    def sentence(cls, text: str) -> Self:
        """The reason that is only known as this text."""
        return cls(SENTENCE, {"text": text})

    @property
    def is_sentence(self) -> bool:
        """Whether it is only known as a text, so that it has no code for others."""
        return self.code == SENTENCE

    @property
    def group(self) -> str:
        """What counts as the same reason, whatever its values are: the code, or the text of a sentence."""
        return str(self.values.get("text")) if self.is_sentence else self.code

    def in_language(self, language: Language) -> str:
        """The sentence. A code that only a later version of Herald knows is shown with its values."""
        return self._written(language) + "".join(other.in_language(language) for other in self.also)

    def _written(self, language: Language) -> str:
        values: dict[str, Any] = dict(self.values)
        written = ""
        try:
            for template in reversed(TEMPLATES[self.code]):  # each is the `detail` of the one before it
                written = filled(translated(template, language), {**values, "detail": written}, language)
        except (KeyError, ValueError, TypeError):  # no such code, or not its values: another version of Herald wrote it
            return " ".join([self.code, *(f"{name}=`{value}`" for name, value in self.values.items())])
        return written

    @override
    def __str__(self) -> str:
        return self.in_language(Language.ENGLISH)

    @override
    def __hash__(self) -> int:
        return hash((self.code, *sorted((name, str(value)) for name, value in self.values.items()), self.also))


class ReasonedError(Exception):
    """An error that says why by a reason; `str` is the sentence in English."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
