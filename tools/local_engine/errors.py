"""What can go wrong on the way to a local stack."""

from pathlib import Path


class LocalEngineError(Exception):
    """Why there is no local stack, in words for the person who wanted one."""


def with_tail(sentence: str, log: Path, lines: int = 15) -> LocalEngineError:
    """The error with the last lines of the log that explains it."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return LocalEngineError("\n".join([sentence, *text.splitlines()[-lines:], f"(all of it: {log})"]))
