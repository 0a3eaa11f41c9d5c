"""How requests are read: an error names each wrong field and says what to send instead."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.clock import SECOND
from herald.domain.partner_number import is_partner_number, read_partner_number
from operator_api import app
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.dispatcher import failed, partners, registered, stands
from tests.support.http.gateway import Gateway, route_key
from tests.support.http.openapi_assertions import description

ID = str(an_id(1))
WHY = {"reason": "asked for it"}

api = Gateway(app.handler, "OperatorFunction")
_ROUTES_WITH_AN_ID = sorted(
    f"{method.upper()} {path}"
    for path, methods in description()["paths"].items()
    if "{" in path and path != "/inbound/{token}"  # of another function
    for method in methods
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ("hello", "not JSON"),
        ("null", "the body must be a JSON object"),
        ("[]", "the body must be a JSON object"),
        (b"\xb7\xa7", "the body is not UTF-8"),
        ('{"reason":"a","reason":"b"}', "the key `reason` stands twice"),
        ('{"reason":NaN}', "NaN is not JSON"),
        ('{"reason":"\\ud800"}', "half of a surrogate pair"),
        ("[" * 100_000, "nested deeper than 32"),
        ('{"turn":' + "9" * 5_000 + "}", "more than 64 digits"),
    ],
)
def test_an_error_says_why_a_body_is_not_json(body: str | bytes, says: str) -> None:
    answer = api.call("POST", f"/notifications/{ID}/redrive", body)
    assert answer.status == 400
    assert says in answer.describe


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_is_json_whatever_its_content_type(*, encoded: bool) -> None:
    stands(failed(1, NOON))
    for kind in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "Application/JSON",
        "multipart/form-data; boundary=x",
    ):
        reason = f"repariert für 旅行, {kind}"
        text = json.dumps({"reason": reason}, ensure_ascii=False)
        curl = Gateway(app.handler, "OperatorFunction", headers={"content-type": kind})
        answer = curl.call("POST", f"/notifications/{ID}/redrive", text.encode() if encoded else text)
        assert answer.json["history"][-1]["reason"] == reason


WITH_BODY = [
    ("POST", f"/notifications/{ID}/redrive"),
    ("POST", f"/notifications/{ID}/resolve"),
    ("POST", f"/notifications/{ID}/cancel"),
    ("POST", "/jobs"),
    ("POST", "/jobs/reindex"),
    ("POST", "/jobs/20261123T040506-1f2e3d4c/cancel"),
    ("POST", "/keys"),
    ("POST", f"/keys/{'0' * 16}/revoke"),
    ("POST", "/partners"),
    ("PATCH", "/partners/3528"),
    *(
        ("POST", f"/partners/3528/{action}")
        for action in ("test", "approve", "suspend", "resume", "probe", "close-breaker", "rotate-secret", "rotate-key")
    ),
    ("POST", "/partners/encrypt"),
    ("POST", "/sources"),
    ("PATCH", "/sources/0123456789abcdef"),
    *(("POST", f"/sources/0123456789abcdef/{action}") for action in ("rotate-token", "suspend", "resume")),
]


def test_the_routes_with_a_body_are_complete() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }
    assert {route_key("OperatorFunction", *one) for one in WITH_BODY} == described - {
        "POST /notifications",
        "POST /notifications/batch",
        "POST /inbound/{token}",
    }


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_over_128_kib_is_refused_unparsed(method: str, path: str, *, encoded: bool) -> None:
    def sent(text: str) -> str | bytes:
        return text.encode() if encoded else text

    for text in ("[" * 131_073, '{"a":"' + "理" * 44_000 + '"}', '{"a":1,' * 300_000):
        answer = api.call(method, path, sent(text))
        assert (answer.status, "131072 bytes" in answer.describe) == (413, True)
    for padding in range(131_067, 131_073):
        assert api.call(method, path, sent("x" * padding)).status == 400


@pytest.mark.parametrize(
    ("unknown", "more"),
    [(9, None), (10, "and 1 more"), (11, "and 2 more"), (100, "and 91 more"), (9_000, "and 8991 more")],
)
def test_ten_errors_are_named_and_the_rest_counted(unknown: int, more: str | None) -> None:
    body = json.dumps({f"x{n}": 1 for n in range(unknown)}, separators=(",", ":"))
    for path in (f"/notifications/{ID}/redrive", "/partners/3528/suspend"):
        errors = api.refused(400, "POST", path, body).split("; ")
        assert len(errors) == (unknown + 1 if more is None else 11)
        assert more is None or errors[-1] == more


@pytest.mark.parametrize("name", ["x" * 60_000, "理" * 20_000, '\\"' * 10_000])
def test_an_error_shortens_a_long_field_name(name: str) -> None:
    assert len(api.refused(400, "POST", "/partners/3528/suspend", f'{{"{name}":1}}')) < 300


def test_all_errors_are_named_with_their_fields() -> None:
    described = api.call("POST", "/partners", {"partnerId": "3528", "url": 5, "colour": "red"}).describe
    assert described.split("; ") == [
        "`partnerId` must be a whole number greater than 0 and of up to 15 digits, such as 3528",
        "`name` is missing: it is 1 to 200 characters in one line",
        "`url` must be a string, the partner's address",
        "`colour` is not known here: leave it out",
    ]


def test_an_error_names_the_field_of_a_bad_partner(aws: Aws) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"partnerId": 0}, "`partnerId` must be"),
        ({"partnerId": 10**15}, "`partnerId` must be"),
        ({"partnerId": True}, "`partnerId` must be"),
        ({"partnerId": 1.5}, "`partnerId` must be"),
        ({"name": " "}, "`name` must be"),
        ({"name": "x" * 201}, "`name` must be"),
        ({"name": "two\nlines"}, "`name` must be"),
        ({"contact": "\u001b[2J"}, "`contact` must be"),
        ({"url": "http://west-lake.example/"}, "`url`: "),
        ({"url": "https://user:pass@west-lake.example/"}, "`url`: "),
        ({"url": "https://10.0.0.1/notify"}, "`url`: "),
        ({"url": ""}, "`url`: "),
        ({"url": "https://localhost/notify"}, "`localhost` means the machine itself"),
        ({"url": "https://shop.local/notify"}, "is for names inside one network"),
        ({"url": "https://256.1.1.1/notify"}, "ends in a number"),
        ({"url": "https://1.2.3/notify"}, "ends in a number"),
        ({"url": "https://-/notify"}, "has a single part"),
        ({"ladder": "3 minutes"}, "`ladder`: `3` is not a wait"),
        ({"ladder": ""}, "`ladder`: it has 0 rungs"),
    ]
    good = {"partnerId": 3528, "name": "West Lake"}
    for change, says in changes:
        answer = api.call("POST", "/partners", {**good, **change})
        assert (answer.status, says in answer.describe) == (400, True), (change, answer.describe)
    assert aws.items("PartnerTable") == aws.items("KeyTable") == []
    assert api.call("POST", "/partners", good).status == 201


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u2029", "U+2029 PARAGRAPH SEPARATOR"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\xad", "U+00AD SOFT HYPHEN"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\x1b", "U+001B"),
        ("\x9b", "U+009B"),
        ("\0", "U+0000"),
        ("\n", "U+000A"),
        ("\u3164", "U+3164 HANGUL FILLER"),
    ],
)
def test_an_error_names_an_invisible_character(aws: Aws, character: str, named: str) -> None:
    says = f"`name` must be 1 to 200 characters in one line, without {named}, which nobody sees"
    name = f"West{character}Lake"
    created = api.call("POST", "/partners", {"partnerId": 3528, "name": name})
    assert (created.status, created.describe) == (400, says)
    registered(before := a_partner())
    changed = api.call("PATCH", "/partners/3528", {**WHY, "name": name})
    assert (changed.status, changed.describe) == (400, says)
    assert partners().get(3528) == before
    assert aws.items("KeyTable") == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", ["West Lake 旅行", "Müller & Söhne", "旅\u3000行社", "नमस्ते", "\U0001f3ab Tickets"])
def test_a_visible_name_is_accepted_in_any_script(name: str) -> None:
    assert api.call("POST", "/partners", {"partnerId": 3528, "name": name}).json["name"] == name


@pytest.mark.usefixtures("aws")
def test_an_error_names_the_field_of_a_bad_change() -> None:
    changes = [
        ({}, "`reason` is missing"),
        ({"name": "x"}, "`reason` is missing"),
        (
            WHY,
            "nothing to change: give `name`, `contact`, `url`, `internal`, `ladder`, `timeout`, `ratePerSecond`, ",
        ),
        ({**WHY, "name": None}, "`name` must be"),
        ({**WHY, "contact": None}, "`contact` must be"),
        ({**WHY, "name": ""}, "`name` must be"),
        ({**WHY, "url": "ftp://west-lake.example/"}, "`url`: "),
        ({**WHY, "ladder": "x"}, "`ladder`: "),
        ({**WHY, "state": "active"}, "`state` is not known here"),
        ({**WHY, "secret": "whsec_x"}, "`secret` is not known here"),
    ]
    registered(before := a_partner())
    for change, says in changes:
        answer = api.call("PATCH", "/partners/3528", change)
        assert (answer.status, says in answer.describe) == (400, True), (change, answer.describe)
    assert partners().get(3528) == before


@pytest.mark.parametrize("number", ["abc", "1.5", "0", "-1", "9" * 16, "9" * 39, "9" * 5_000, "%33"])
def test_a_path_refuses_what_is_no_partner_number(number: str) -> None:
    assert "`partnerId` must be a whole number" in api.call("GET", f"/partners/{number}").describe


SPELLINGS = [
    "+5",
    "05",
    "%2B5",
    "5.0",
    "5_0",
    " 5",
    "5 ",
    "5e0",
    "0x5",
    "-0",
    "\u0665",
    "\uff15",
    "",
    "5\n",
    "5,6",
    "1" + "0" * 15,
]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("number", [one for one in SPELLINGS if one])
def test_a_path_accepts_one_spelling_of_a_number(number: str) -> None:
    registered(a_partner(5), a_partner(50))
    for method, end in [("GET", ""), ("PATCH", ""), ("POST", "/suspend"), ("POST", "/rotate-key")]:
        event = api.event(method, f"/partners/5{end}", {"reason": "x", "name": "y"}, "operator")
        event["rawPath"] = event["requestContext"]["http"]["path"] = f"/partners/{number}{end}"
        if method == "GET":
            event.pop("body")
        answer = app.handler(event, Context())
        assert (answer["statusCode"], len(json.loads(answer["body"])["describe"]) > 20) == (400, True)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("number", SPELLINGS)
@pytest.mark.parametrize("more", ["&state=failed", "&orderId=1"])
def test_a_query_accepts_one_spelling_of_a_number(number: str, more: str) -> None:
    event = api.event("GET", f"/notifications?partnerId=5{more}", None, "operator")
    event["queryStringParameters"]["partnerId"] = number
    answer = app.handler(event, Context())
    assert (answer["statusCode"], "`partnerId` must be" in answer["body"]) == (400, True)


@given(st.text(min_size=1, max_size=20))
def test_a_text_is_a_partner_number_or_refused(text: str) -> None:
    number = read_partner_number(text)
    assert number is None or (str(number) == text and is_partner_number(number))


@given(st.integers(1, 10**15 - 1))
def test_every_partner_number_is_read_back(number: int) -> None:
    assert read_partner_number(str(number)) == number


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("end", ["\n", "%0A", "\r\n", "%0d", "\x00", "%00", "\x7f", " ", "%20", "=", "/", "%"])
def test_a_path_accepts_one_spelling_of_an_id(end: str) -> None:
    stands(failed(1, NOON))
    for method, action in [("GET", ""), ("POST", "/redrive"), ("POST", "/cancel")]:
        event = api.event(method, f"/notifications/{ID}{action}", None if method == "GET" else WHY, "operator")
        for path in {f"/notifications/{ID}{end}{action}", f"/notifications/{ID}{action}{end}"}:
            event["rawPath"] = event["requestContext"]["http"]["path"] = path
            answer = app.handler(event, Context())
            assert answer["statusCode"] in {400, 404}
            assert len(json.loads(answer["body"])["describe"]) > 20
    assert api.done("GET", f"/notifications/{ID}")["state"] == "failed"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("end", ["%0A", "%0d", "%00", "%7F", "%1b", "%09"])
def test_every_route_refuses_a_control_character(end: str) -> None:
    for route in _ROUTES_WITH_AN_ID:
        method, path = route.split()
        api.refused(400, method, re.sub(r"\{\w+\}", ID, path, count=1).replace(ID, ID + end), WHY)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("cursor", ["0", "05", "%2B5", "\u0665", "", "1" + "0" * 15, "5%0A", "abc", "5.0"])
def test_a_partner_cursor_has_one_spelling(cursor: str) -> None:
    assert "`cursor` is not one that this list gave" in api.refused(400, "GET", f"/partners?cursor={cursor}")
