"""The limits and the headers of a partner through the API: set, shown without values, told in the history, refused."""

from typing import Any

import pytest

from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.secrets import header_values
from tests.support.http.gateway import Gateway

WHY = {"reason": "asked for it"}
SECRET = "k-5f2c-secret"
PARTNER = "/partners/3528"

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("partner")


@pytest.fixture
def partner(aws: Aws) -> None:  # noqa: ARG001 - it is registered there
    registered(a_partner())


def change(**changes: Any) -> dict[str, Any]:
    changed: dict[str, Any] = api.done("PATCH", PARTNER, {**changes, **WHY})
    return changed


def stored_headers() -> dict[str, str]:
    return header_values(3528, NOON)


def test_a_partner_has_no_limits_at_first() -> None:
    shown = api.done("GET", PARTNER)

    assert (shown["timeout"], shown["ratePerSecond"], shown["concurrency"], shown["headerNames"]) == (
        *(None, None, None, []),
    )


def test_limits_are_set_shown_and_told_in_the_history() -> None:
    changed = change(timeout=5, ratePerSecond=20, concurrency=4)

    assert (changed["timeout"], changed["ratePerSecond"], changed["concurrency"]) == (5, 20, 4)
    assert changed["history"][-1]["what"] == "timeout: 5; ratePerSecond: 20; concurrency: 4"
    assert changed["history"][-1]["reason"] == "asked for it"


def test_null_takes_a_limit_away_and_what_is_not_named_stays() -> None:
    change(timeout=5, ratePerSecond=20)

    changed = change(ratePerSecond=None)

    assert (changed["timeout"], changed["ratePerSecond"]) == (5, None)
    assert changed["history"][-1]["what"] == "ratePerSecond: none"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        *[("timeout", value, "from 1 to 15") for value in (0, 16, -1, 1.5, "5", True)],
        *[("ratePerSecond", value, "from 1 to 200") for value in (0, 201, "20")],
        *[("concurrency", 0, "from 1 to 50"), ("concurrency", 51, "from 1 to 50"), ("concurrency", [], "from 1 to 50")],
    ],
)
def test_a_limit_out_of_bounds_is_refused(field: str, value: object, rule: str) -> None:
    assert rule in api.refused(400, "PATCH", PARTNER, {field: value, **WHY})


def test_headers_are_stored_and_only_their_names_are_shown(aws: Aws) -> None:
    changed = change(headers={"X-Api-Key": SECRET, "X-Zone": "5"})

    assert changed["headerNames"] == ["X-Api-Key", "X-Zone"]
    assert changed["history"][-1]["what"] == "headers: X-Api-Key set, X-Zone set"
    assert stored_headers() == {"X-Api-Key": SECRET, "X-Zone": "5"}
    everything = [
        changed,
        api.done("GET", PARTNER),
        api.done("GET", "/partners"),
        aws.items("PartnerTable"),
        aws.items("SecretTable"),
    ]
    assert SECRET not in str(everything)


def test_headers_change_one_by_one_and_null_removes_them() -> None:
    change(headers={"X-Api-Key": SECRET, "X-Zone": "5", "X-Old": "1"})

    changed = change(headers={"x-zone": "6", "X-Old": None})

    assert stored_headers() == {"X-Api-Key": SECRET, "x-zone": "6"}
    assert changed["history"][-1]["what"] == "headers: x-zone set, X-Old removed"
    assert change(headers=None)["history"][-1]["what"] == "headers: X-Api-Key removed, x-zone removed"
    assert stored_headers() == {}


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"Content-Type": SECRET}, "Herald sets `Content-Type` itself"),
        ({"webhook-id": SECRET}, "Herald sets `webhook-id` itself"),
        ({"Transfer-Encoding": SECRET}, "belongs to the connection"),
        ({"X Key": SECRET}, "is no header's name"),
        ({"X-Key": f"{SECRET}\r\nHost: x"}, "visible ASCII"),
        ({"X-Key": SECRET, "x-key": SECRET}, "a name twice"),
        ({f"X-{n}": SECRET for n in range(11)}, "10 names at most"),
        ({f"X-{n}": SECRET for n in range(21)}, "texts by the names of headers"),
        ({"X-Key": [SECRET]}, "texts by the names of headers"),
        ([SECRET], "texts by the names of headers"),
        (SECRET, "texts by the names of headers"),
    ],
)
def test_a_refused_header_is_named_and_its_value_is_nowhere(
    headers: object, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    refused = api.refused(400, "PATCH", PARTNER, {"headers": headers, **WHY})

    assert sentence in refused
    assert SECRET not in refused + "".join(str(vars(record)) for record in caplog.records)
    assert stored_headers() == {}
