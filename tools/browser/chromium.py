"""Starts the Chromium of `.browser`, driven by Playwright."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

FOLDER: Final = Path(__file__).parents[2] / ".browser"
AXE: Final = FOLDER / "node_modules/axe-core/axe.min.js"


@contextmanager
def chromium(folder: Path = FOLDER) -> Iterator[Browser]:
    """A browser without a window; it ends with the block."""
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
        "HOME": str(folder),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=folder / "chromium",
            args=["--no-sandbox", "--disable-gpu"],  # it runs as root in containers, and opens only pages of our own
            env=environment,
        )
        try:
            yield browser
        finally:
            browser.close()
