"""What can go wrong, each with the exit code that a script may rely on.

CliError
├── Refused        1  the API said no; the sentence is its own
├── Misused        2  the command was not told enough, or something impossible
├── Unreachable    3  nobody, or not Herald, answers there
└── Unwritten      -  it was done, and the answer could not be written: the code is that of what was done
"""

from typing import Any


class CliError(Exception):
    """`describe` says what happened, `remedy` what to do about it (may be empty), `code` is the API's own."""

    exit_code = 1

    def __init__(self, describe: str, remedy: str = "", code: int | None = None) -> None:
        super().__init__(describe)
        self.describe = describe
        self.remedy = remedy
        self.code = code

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
        super().__init__(f"the answer could not be written: {fault.strerror or fault}", _READ_AGAIN)
        self.exit_code = exit_code


_READ_AGAIN = (
    "the exit code is that of the command itself, so look before you do it again; "
    "a secret or a key that it was to show is lost: make another one"
)
