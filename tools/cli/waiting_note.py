"""A note on stderr while a command reads many pages."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from herald.languages.message import Message
from tools.common.text import Text


@contextmanager
def waiting_note(said: Message) -> Iterator[None]:
    """Shows the sentence on a terminal until the block ends; nothing where stderr is none."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(Text(said)):
        yield
