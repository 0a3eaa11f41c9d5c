"""The one logger: JSON lines for CloudWatch. Never a secret, a key or a payload goes into it."""

from aws_lambda_powertools import Logger

logger = Logger(service="herald")
