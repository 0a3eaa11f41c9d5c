"""The languages that Herald writes, and the choice of one by a header, an option or a locale. Pure."""

import re
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language tag (BCP 47)."""

    ENGLISH = "en"
    TRADITIONAL_CHINESE = "zh-Hant"
    SIMPLIFIED_CHINESE = "zh-Hans"


# Regions whose Chinese is zh-Hant by CLDR's likely subtags; any other one, and `zh` alone, is zh-Hans there.
_TRADITIONAL_REGIONS: Final = frozenset({"tw", "hk", "mo"})
_RANGE: Final = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]=([01](?:\.[0-9]{0,3})?)\s*)?")
_LONGEST: Final = 1_000  # characters of a header that are read; browsers send less than 200


def negotiate(accept_language: str | None) -> Language:
    """The language of an answer to this `Accept-Language` (RFC 9110, section 12.5.4); English where none fits.

    The range with the highest quality value that fits is taken, of equal ones the first (RFC 4647, section 3.4,
    "Lookup"). What is no language range is skipped.
    """
    ranges = [found for part in (accept_language or "")[:_LONGEST].split(",") if (found := _RANGE.fullmatch(part))]
    by_quality = sorted(ranges, key=lambda found: -_quality(found))
    fitting = (_language_of(found[1]) for found in by_quality if _quality(found) > 0)
    return next((language for language in fitting if language), Language.ENGLISH)


def language_of_locale(name: str | None) -> Language:
    """The language of a POSIX locale (`zh_TW.UTF-8`), or of a language tag in any form; English where none fits."""
    return _language_of(re.split(r"[.@]", name or "")[0].replace("_", "-")) or Language.ENGLISH


def _quality(found: re.Match[str]) -> float:
    return float(found[2] or 1)


def _language_of(tag: str) -> Language | None:
    primary, *others = tag.lower().split("-")
    if primary in {"en", "*"}:
        return Language.ENGLISH
    if primary != "zh":
        return None
    if "hans" in others or "hant" in others:
        return Language.TRADITIONAL_CHINESE if "hant" in others else Language.SIMPLIFIED_CHINESE
    return Language.SIMPLIFIED_CHINESE if _TRADITIONAL_REGIONS.isdisjoint(others) else Language.TRADITIONAL_CHINESE
