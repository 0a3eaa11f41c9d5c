"""The logger: JSON lines for CloudWatch, without secrets, keys and payloads."""

import re
from typing import Any

from aws_lambda_powertools import Logger

from herald.runtime.visible import log_line

# No code logs a key or a secret. But the text of an exception may have one that a caller sent in a wrong field.
_SECRET = re.compile(r"(herald|whsec)_[A-Za-z0-9_+/=-]{16,}")


def _line(record: dict[str, Any]) -> str:
    return _SECRET.sub(r"\1_(left out)", log_line(record))


# Lambda reads a line's `level` only with a timestamp in RFC 3339 ("Log-level filtering"); other lines count as INFO.
logger = Logger(service="herald", use_rfc3339=True, utc=True, json_serializer=_line)
