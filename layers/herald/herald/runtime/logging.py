"""The logger: JSON lines for CloudWatch, without secrets, keys and payloads."""

import logging
import re
from typing import Any

from aws_lambda_powertools import Logger

from herald.runtime.visible import log_line

# No code logs a key or a secret. But the text of an exception may have one that a caller sent in a wrong field.
_SECRET = re.compile(r"(herald|whsec)_[A-Za-z0-9_+/=-]{16,}")


def _line(record: dict[str, Any]) -> str:
    return _SECRET.sub(r"\1_(left out)", log_line(record))


# No line has these, and each record would look them up ("Optimization" in the documentation of `logging`).
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging.logAsyncioTasks = False  # type: ignore[attr-defined] # since Python 3.12

# Lambda reads a line's `level` only with a timestamp in RFC 3339 ("Log-level filtering"); other lines count as INFO.
# A message is never JSON, which Powertools would look for in each.
logger = Logger(service="herald", use_rfc3339=True, utc=True, json_serializer=_line, json_deserializer=str)
