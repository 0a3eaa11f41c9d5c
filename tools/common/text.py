"""The text that pages are made of."""

from string import Formatter
from typing import Any, Self, override

import rich.text
from rich.cells import cell_len

from herald.languages.catalogue import translated
from herald.languages.current import current_language
from herald.languages.message import Message, filled
from herald.runtime.visible import visible
from tools.common.sentence import Sentence, told


class Text(rich.text.Text):
    """Rich's text on one line, in which whatever nobody sees is made visible; markup in it is not interpreted.

    All that people are shown is made of it, because names, payloads, reasons and answers come from outside: a line end
    or an escape sequence in one of them must not look as if Herald had written it. A message is written in the current
    language.
    """

    @override
    def __init__(self, text: Sentence = "", style: str = "", **options: Any) -> None:
        super().__init__(visible(told(text)), style, **options)

    @classmethod
    @override
    def assemble(cls, *parts: Any, **options: Any) -> Self:
        whole = cls(**options)
        for part in parts:
            whole.append(*part if isinstance(part, tuple) else (part,))
        return whole

    @classmethod
    def with_styles(cls, message: Message, **styles: str) -> Self:
        """The message, in which the values of these names have these styles. It does not depend on a number."""
        whole, language = cls(), current_language()
        for literal, name, form, _ in Formatter().parse(translated(message.template, language)):
            whole.append(literal)
            if name:
                value = filled(f"{{{name}:{form}}}", message.values, language)
                whole.append(value, styles.get(name))
        return whole

    @override
    def append(self, text: "rich.text.Text | Sentence", style: Any = None) -> Self:
        super().append(text if isinstance(text, rich.text.Text) else visible(told(text)), style)
        return self


class FoldedText(rich.text.Text):
    """Text that goes on in the next line where a table's cell is full. Rich cuts off what has no spaces, as Chinese."""

    @override
    def __init__(self, text: str = "", style: Any = "", **options: Any) -> None:
        super().__init__(text, style, **{"overflow": "fold", **options})

    @classmethod
    @override
    def from_markup(cls, text: str, **options: Any) -> rich.text.Text:
        return super().from_markup(text, **{"overflow": "fold", **options})


def labelled(label: Message, text: Sentence, style: str = "", *, width: int) -> Text:
    """A line of a page: the label, on at least `width` cells of the terminal, and its text."""
    return Text.assemble((f"  {padded(label, width)}", "dim"), (text, style))


def padded(text: Sentence, width: int) -> str:
    """The text with spaces up to `width` cells of the terminal, at least one. A Chinese character has two cells."""
    written = told(text)
    return written + " " * max(width - cell_len(written), 1)
