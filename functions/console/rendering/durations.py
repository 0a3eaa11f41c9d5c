"""Lengths of time in words."""

from typing import Final

from console.rendering.page import translate
from herald.domain.clock import DAY, HOUR, MINUTE, SECOND
from herald.languages.catalogue import N_

_UNITS: Final = ((DAY, N_("{count} d")), (HOUR, N_("{count} h")), (MINUTE, N_("{count} min")))
_SECONDS: Final = N_("{count} s")


def duration(ms: int) -> str:
    """A length of time (ms) in its largest unit and the next smaller one: `3 min 5 s`, `2 d 1 h`, `12 min`."""
    counts = _counts(ms)
    first = next((place for place, (count, _) in enumerate(counts) if count), len(counts) - 1)
    parts = [translate(template, count=count) for count, template in counts[first : first + 2] if count]
    if not parts:
        return translate(_SECONDS, count=0)
    return parts[0] if len(parts) == 1 else translate("{larger} {smaller}", larger=parts[0], smaller=parts[1])


def _counts(ms: int) -> list[tuple[int, str]]:
    counts: list[tuple[int, str]] = []
    for unit, template in _UNITS:
        count, ms = divmod(ms, unit)
        counts.append((count, template))
    return [*counts, (ms // SECOND, _SECONDS)]
