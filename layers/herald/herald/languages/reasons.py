"""The codes of reasons, each with its English templates. Pure.

A template after the first one is the `{detail}` of the one before it. A template of a note begins with the punctuation
that joins it to the sentence before it.
"""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "sentence": ("{text}",),
    # Why a notification is held, and released
    "held.not_registered": (N_("the partner is not in the registry"),),
    "held.pending": (N_("the partner is pending"),),
    "held.suspended": (N_("the partner is suspended"),),
}
