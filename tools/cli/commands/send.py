"""`herald send`: submits one notification, as a publisher would."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from herald.languages.message import Message
from tools.cli.context import CommandContext
from tools.common.api_client import ACKNOWLEDGED
from tools.common.errors import Misused
from tools.common.text import Text


def send(
    context: CommandContext,
    file: Annotated[Path, typer.Argument(help="A file with the envelope, or - for stdin.", show_default=False)],
) -> None:
    """Submits a notification, byte for byte, and prints its id. Sent twice, it is told once."""
    sent = context.api.send(_read(file))
    response = {"id": sent.notification_id, "answer": ACKNOWLEDGED}
    context.show(response, lambda: Text(f"{ACKNOWLEDGED}: {sent.notification_id}"))


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as fault:
        cause = fault.strerror or str(fault)
        unreadable = Message("{file} cannot be read: {cause}", file=file, cause=cause)
        raise Misused(unreadable, Message("give a file with the envelope, or - for stdin")) from None
