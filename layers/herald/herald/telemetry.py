"""The one logger: JSON lines for CloudWatch. Never a secret, a key or a payload goes into it."""

from aws_lambda_powertools import Logger

from herald.visible import log_line

logger = Logger(service="herald", json_serializer=log_line)
