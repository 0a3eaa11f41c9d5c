"""What can go wrong on the way to a local stack."""

from pathlib import Path


class LocalEngineError(Exception):
    """Why there is no local stack, in words for the person who wanted one."""


def with_tail(sentence: str, log: Path, lines: int = 15) -> LocalEngineError:
    """The error with the end of the log that explains it: from its last `Error:` on, if there is one."""
    text = log.read_text(errors="replace") if log.exists() else ""
    end = "\n".join(text.splitlines()[-lines:])
    _, error, explanation = end.rpartition("Error: ")
    return LocalEngineError(f"{sentence}\n{error}{explanation}\n(all of it: {log})")
