"""Figures that a test measured, shown whatever pytest captures."""

import sys

import pytest


def show_figure(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Writes a line of its own to the terminal."""
    with capsys.disabled():
        sys.stdout.write(f"\n    {text}\n")
