"""Draws pages in Chromium: light and dark, on a desk and on a phone, in each language."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

from herald.languages.language import Language
from tests.support.console.rendered_page import DESK, open_page
from tools.cli.language import speaking

_COLOURS: Final = 256  # of a picture: the pages have few, and a picture stays below 200 KB


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: Language = Language.ENGLISH
    dark: bool = False
    phone: bool = False

    @property
    def name(self) -> str:
        """The end of a file's name."""
        return f"{self.language.value}-{'phone' if self.phone else 'desk'}-{'dark' if self.dark else 'light'}"


def draw(browser: Browser, make: Callable[[], str], look: Look, height: int = 0) -> bytes:
    """The page as PNG: whole, or its part down to `height` (px)."""
    with speaking(look.language):
        page = open_page(browser, make(), dark=look.dark, phone=look.phone)
    try:
        if height:
            page.set_viewport_size({"width": DESK["width"], "height": height})
        return page.screenshot(full_page=not height)
    finally:
        page.context.close()


def save(path: Path, png: bytes) -> None:
    """Stores the picture with a palette, which makes it a third as large."""
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
