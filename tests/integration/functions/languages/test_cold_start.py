"""What a fresh execution environment imports for the first answer."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from importlib import import_module
handler = import_module(sys.argv[1] + ".app").handler
response = handler(json.loads(sys.argv[2]), None)
print(json.dumps([response["statusCode"], response["headers"]["content-language"], "polib" in sys.modules]))
"""


def first_answer(function: str, route: str, asked: str) -> list[object]:
    """Status and language of the answer to a key without a role, and whether it needed the catalogues."""
    event = {"routeKey": route, "rawPath": "/", "headers": {"accept-language": asked}, "requestContext": {}}
    environment = {"PYTHONPATH": ":".join(entry for entry in sys.path if entry), "AWS_DEFAULT_REGION": "eu-central-1"}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, function, json.dumps(event)],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "POWERTOOLS_SERVICE_NAME": "herald", "POWERTOOLS_METRICS_NAMESPACE": "Herald"},
    )
    answer: list[object] = json.loads(run.stdout.splitlines()[-1])
    return answer


FUNCTIONS = [
    ("receiver", "POST /notifications"),
    ("orders", "GET /orders"),
    ("operator_api", "GET /notifications"),
]


@pytest.mark.parametrize(("function", "route"), FUNCTIONS)
def test_an_answer_in_english_reads_no_catalogue(function: str, route: str) -> None:
    assert first_answer(function, route, "en-GB") == [403, "en", False]


@pytest.mark.parametrize(("function", "route"), FUNCTIONS)
def test_an_answer_in_chinese_does(function: str, route: str) -> None:
    assert first_answer(function, route, "zh-TW") == [403, "zh-Hant", True]
