"""The one logger: JSON lines for CloudWatch. Never a secret, a key or a payload goes into it."""

from aws_lambda_powertools import Logger

# Lambda reads a line's `level` only beside a timestamp in RFC 3339 ("Log-level filtering"); other lines count as INFO.
logger = Logger(service="herald", use_rfc3339=True, utc=True)
