"""What can go wrong, each with the exit code that a script may rely on.

CliError
├── Refused        1  the API said no; the sentence is its own
├── Misused        2  the command was not told enough, or something impossible
├── Unreachable    3  nobody, or not Herald, answers there
└── Unwritten      -  it was done, and the answer could not be written: the code is that of what was done
"""

from typing import Any

from herald.languages.message import Message
from tools.common.sentence import Sentence, told


class CliError(Exception):
    """What happened, what to do about it (may be empty), and the API's own `code`. `str` is what happened, in English.

    `describe` and `remedy` are sentences in the current language.
    """

    exit_code = 1

    def __init__(self, describe: Sentence, remedy: Sentence = "", code: int | None = None) -> None:
        super().__init__(describe)
        self._describe = describe
        self._remedy = remedy
        self.code = code

    @property
    def describe(self) -> str:
        """What happened."""
        return told(self._describe)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return told(self._remedy)

    def as_json(self) -> dict[str, Any]:
        """The error as `--json` prints it on stderr: what is known, under the API's names."""
        known = {"code": self.code, "describe": self.describe, "remedy": self.remedy, "exitCode": self.exit_code}
        return {name: value for name, value in known.items() if value not in (None, "")}


class Refused(CliError):
    """The API said no."""


class Misused(CliError):
    """The command was not told enough, or something impossible."""

    exit_code = 2


class Unreachable(CliError):
    """Nobody answers there, or somebody else does."""

    exit_code = 3


class Unwritten(CliError):
    """The answer of a command that has ended with `exit_code` could not be written."""

    def __init__(self, fault: OSError, exit_code: int) -> None:
        cause = fault.strerror or str(fault)
        super().__init__(Message("the answer could not be written: {cause}", cause=cause), _READ_AGAIN)
        self.exit_code = exit_code


_READ_AGAIN = Message(
    "the exit code is that of the command itself, so look before you do it again; "
    "a secret or a key that it was to show is lost: make another one"
)
