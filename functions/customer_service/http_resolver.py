"""Powertools' resolver as the operators' API and the console need it."""

import re
from typing import override

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.api_gateway import Route


class HttpResolver(APIGatewayHttpResolver):
    """Matches whole paths, and lists its routes."""

    @property
    def routes(self) -> list[Route]:
        """All routes, those of the included routers too."""
        return [*self._static_routes, *self._dynamic_routes]

    @staticmethod
    @override
    def _compile_regex(rule: str, base_regex: str = r"^{}\Z") -> re.Pattern[str]:
        """Matches the path to its end: the `$` of Powertools also matches before a line end."""
        return super(HttpResolver, HttpResolver)._compile_regex(rule, base_regex)
