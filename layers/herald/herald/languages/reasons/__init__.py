"""The codes of reasons, each with its English templates. Pure.

The part of a code before the first dot is the verdict, where it is the reason of an attempt. A template after the first
one is the `{detail}` of the one before it. A template of a reason that follows another one begins with the punctuation
that joins the two. Users of the API compare codes: a code keeps its meaning and the names of its values.
"""

from collections.abc import Mapping
from typing import Final

from herald.languages.reasons import addresses, connections, responses, states, statuses, tls

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "sentence": ("{text}",),
    **states.TEMPLATES,
    **addresses.TEMPLATES,
    **connections.TEMPLATES,
    **tls.TEMPLATES,
    **statuses.TEMPLATES,
    **responses.TEMPLATES,
}
