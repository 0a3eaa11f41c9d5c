"""The language in which this process answers at present.

A Lambda environment answers one request at a time, and its threads answer for the same request, so the language is a
value of the process. Each request sets it; a command sets it once.
"""

from typing import Protocol

from herald.languages.language import Language


class Translatable(Protocol):
    """A `Message` or a `Reason`."""

    def in_language(self, language: Language, /) -> str:
        """The sentence in this language."""


class _Current:
    language = Language.ENGLISH


def set_language(language: Language) -> None:
    """Answers in this language from now on."""
    _Current.language = language


def current_language() -> Language:
    """The language that was set last; English at first."""
    return _Current.language


def localized(message: Translatable) -> str:
    """The sentence in the current language."""
    return message.in_language(_Current.language)
