"""How many bytes an API response may have, as Lambda counts them."""

import json
from typing import Final

# Lambda answers at most 6,291,556 bytes. A list ends here, so that one more item (at most 400 KB as stored, and a few
# times that as sent) is no matter.
PAGE_BYTES: Final = 4_000_000


def bytes_as_sent(body: str) -> int:
    """Bytes that this body takes of what Lambda may answer: it is sent as a string of JSON, so quotes count twice."""
    return len(json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")) - 2
