"""`herald partners encrypt`: encrypts the secrets that older versions stored in clear."""

from typing import Annotated

import typer

from herald.languages.message import Message, plural
from tools.cli.context import CommandContext
from tools.cli.waiting_note import waiting_note
from tools.common.api_client import Json
from tools.common.text import Text

EXAMPLES = ("herald partners encrypt", 'herald partners encrypt --reason "update of November"')


def encrypt_secrets(
    context: CommandContext,
    reason: Annotated[str, typer.Option(help="Why, for the partners' histories.")] = "update",
) -> None:
    """Encrypts the secrets of partners that older versions stored in clear. Once, after an update.

    It changes nothing else, and what is encrypted already is left as it is, so it may be run again. Exit code 1 when
    some are left in clear because other people were changing these partners.
    """
    done: Json = {"encrypted": 0, "left": 0}
    while True:
        with waiting_note(_told(done)):
            response = context.api.encrypt_secrets({"reason": reason})
        done = {"encrypted": done["encrypted"] + response["encrypted"], "left": response["left"]}
        if not (response["encrypted"] and response["left"]):
            break
    context.show(done, lambda: Text(_told(done)))
    if done["left"]:
        raise typer.Exit(1)


def _told(done: Json) -> Message:
    encrypted = plural("{count} partner encrypted", "{count} partners encrypted", count=done["encrypted"])
    return Message("{encrypted}, {left} left in clear", encrypted=encrypted, left=done["left"])
