"""The events of `events/` are answered as their names say."""

import json

import pytest

from console.app import handler
from tests.support.aws.aws_stack import Aws, Context
from tests.support.console.page_text import elements
from tests.support.paths import EVENTS

CASES = {  # the status, and where the browser is sent
    "sign_in_page": (200, None),
    "work_list_signed_out": (303, "/console/sign-in?back=%2Fconsole"),
    "sign_in_wrong_key": (403, None),
    "form_of_another_site": (403, None),
}


def test_every_event_has_its_case() -> None:
    assert {path.stem.removeprefix("console_") for path in EVENTS.glob("console_*.json")} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_an_event_is_answered_as_its_name_says(aws: Aws, case: str) -> None:  # noqa: ARG001 - the tables
    event = json.loads((EVENTS / f"console_{case}.json").read_text(encoding="utf-8"))

    answer = handler(event, Context())

    assert (answer["statusCode"], answer["headers"].get("location")) == CASES[case]
    if answer["body"]:
        assert elements(answer["body"], "html")[0]["lang"] == "zh-Hant"
