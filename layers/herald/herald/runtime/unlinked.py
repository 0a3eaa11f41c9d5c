"""Makes URLs and host names in a text not clickable. Pure."""

import re
from typing import Final

# Mail programs make links of `https://…`, `mailto:…`, and of texts that look like host names, such as
# `www.shop.example/x` and `a@shop.example`. The last label of a name begins with a letter of any script.
_SCHEME: Final = re.compile(
    r"\b([a-z][a-z0-9+.-]*):(?=//)|\b(mailto|tel|sms|callto|data|javascript|file):(?=\S)", re.IGNORECASE
)
_DOT: Final = re.compile(
    r"(?<=[\w-])([.\u3002\uff0e\uff61])(?=[^\W\d_])"
)  # UTS 46 treats the other full stops as `.` too


def unlinked(text: str) -> str:
    """The text with `[:]` behind each scheme and `[.]` in each name: `https[:]//shop[.]example/x`.

    It stays readable; without the brackets it is the URL again.
    """
    without_schemes = _SCHEME.sub(lambda found: f"{found[1] or found[2]}[:]", text)
    return _DOT.sub(r"[\1]", without_schemes)
