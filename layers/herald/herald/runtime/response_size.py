"""How many bytes an API response may have, as Lambda counts them."""

import json
from typing import Final

# Lambda returns at most 6,291,556 bytes. A list ends at this size, which leaves room for one more item (at most 400 KB
# as stored, and a few times that as sent).
PAGE_BYTES: Final = 4_000_000


def bytes_as_sent(body: str) -> int:
    """Bytes that this body takes of Lambda's limit: it is sent as a JSON string, so a quote counts twice."""
    return len(json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")) - 2
