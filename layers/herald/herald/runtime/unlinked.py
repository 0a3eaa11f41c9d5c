"""Text from outside that no mail program turns into a link. Pure."""

import re
from typing import Final

# What mail programs make links of: `https://…`, `mailto:…`, and, without any scheme, whatever looks like a name, such
# as `www.shop.example/x` and `a@shop.example`. The last part of a name begins with a letter, in whatever script.
_SCHEME: Final = re.compile(
    r"\b([a-z][a-z0-9+.-]*):(?=//)|\b(mailto|tel|sms|callto|data|javascript|file):(?=\S)", re.IGNORECASE
)
_DOT: Final = re.compile(
    r"(?<=[\w-])([.\u3002\uff0e\uff61])(?=[^\W\d_])"
)  # the other full stops stand for one, too (UTS 46)


def unlinked(text: str) -> str:
    """The text with `[:]` behind each scheme and `[.]` in each name: `https[:]//shop[.]example/x`.

    It stays readable, and whoever wants the address takes the brackets away.
    """
    without_schemes = _SCHEME.sub(lambda found: f"{found[1] or found[2]}[:]", text)
    return _DOT.sub(r"[\1]", without_schemes)
