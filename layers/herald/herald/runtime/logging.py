"""The one logger: JSON lines for CloudWatch. Never a secret, a key or a payload goes into it."""

import re
from typing import Any

from aws_lambda_powertools import Logger

from herald.runtime.visible import log_line

# Nothing logs a key or a secret on purpose. One that a caller put where none belongs may stand in an exception's text.
_SECRET = re.compile(r"(herald|whsec)_[A-Za-z0-9_+/=-]{16,}")


def _line(record: dict[str, Any]) -> str:
    return _SECRET.sub(r"\1_(left out)", log_line(record))


# Lambda reads a line's `level` only beside a timestamp in RFC 3339 ("Log-level filtering"); other lines count as INFO.
logger = Logger(service="herald", use_rfc3339=True, utc=True, json_serializer=_line)
