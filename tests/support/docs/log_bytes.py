"""The bytes that CloudWatch Logs bills, and the line that API Gateway writes of a submission."""

import re

from tests.support.docs.template import TEMPLATE

OVERHEAD = 26  # bytes that CloudWatch Logs bills besides, for each line ("Amazon CloudWatch pricing")
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
ACCESS_LOG = {
    "requestId": "JKJaXmPLvHcESHA=",
    "requestTime": "23/Nov/2026:12:00:00 +0000",
    "identity.sourceIp": "203.0.113.217",
    "routeKey": "POST /notifications",
    "status": "200",
    "responseLength": "7",
    "responseLatency": "27",
    "error.message": "-",
    "authorizer.name": "platform-production",
}


def access_log_line() -> str:
    """As API Gateway writes it, of an ordinary submission."""
    form = TEMPLATE["Resources"]["HttpApi"]["Properties"]["AccessLogSettings"]["Format"]
    return re.sub(r"\$context\.([A-Za-z.]+)", lambda name: ACCESS_LOG[name[1]], form)
