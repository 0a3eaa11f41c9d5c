"""Draws every page into `.local/screenshots`, and the pictures of the documents: `make screenshots`."""

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from herald.languages.language import Language
from tests.support.paths import DOCS, ROOT
from tests.support.screenshots.drawing import Look, draw, save
from tests.support.screenshots.pages import PAGES
from tools.browser.chromium import chromium

FOLDER: Final = ROOT / ".local" / "screenshots"
# The pictures of README and docs/console.md: file, page, language, height (px).
PICTURES: Final = (
    ("console-work-list", "work-list", Language.ENGLISH, 560),
    ("console-failed", "failed", Language.ENGLISH, 1_000),
    ("console-story", "story", Language.TRADITIONAL_CHINESE, 1_100),
    ("console-today", "today", Language.ENGLISH, 900),
    ("console-source", "source", Language.ENGLISH, 740),
)
LOOKS: Final = [
    Look(language, dark, phone)
    for language in (Language.ENGLISH, Language.TRADITIONAL_CHINESE)
    for dark in (False, True)
    for phone in (False, True)
]


def main(names: list[str]) -> None:
    """Draws these pages, or all of them and the pictures of the documents."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in names or PAGES:
            for look in LOOKS:
                (FOLDER / f"{name}-{look.name}.png").write_bytes(draw(browser, PAGES[name], look))
        if not names:
            draw_pictures(browser, DOCS / "pictures")
    print(f"Screenshots: {FOLDER.relative_to(ROOT)}")


def draw_pictures(browser: Browser, folder: Path) -> None:
    """Draws the pictures of the documents."""
    for file, page, language, height in PICTURES:
        save(folder / f"{file}.png", draw(browser, PAGES[page], Look(language), height))


if __name__ == "__main__":
    main(sys.argv[1:])
