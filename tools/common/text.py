"""The text that pages are made of."""

from typing import Any, Self, override

import rich.text

from herald.runtime.visible import visible


class Text(rich.text.Text):
    """Rich's text on one line, in which whatever nobody sees is made visible; markup in it is not interpreted.

    All that people are shown is made of it, because names, payloads, reasons and answers come from outside: a line end
    or an escape sequence in one of them must not look as if Herald had written it.
    """

    @override
    def __init__(self, text: str = "", style: str = "", **options: Any) -> None:
        super().__init__(visible(text), style, **options)

    @classmethod
    @override
    def assemble(cls, *parts: Any, **options: Any) -> Self:
        whole = cls(**options)
        for part in parts:
            whole.append(*part if isinstance(part, tuple) else (part,))
        return whole

    @override
    def append(self, text: "rich.text.Text | str", style: Any = None) -> Self:
        super().append(visible(text) if isinstance(text, str) else text, style)
        return self
