"""The wire contract."""

import json
from pathlib import Path
from typing import Any

import pytest

from herald.contract.envelope import MAX_BYTES, EnvelopeRefused, EnvelopeTooLarge, parse_envelope
from tests.support.paths import FIXTURES

SEED = (FIXTURES / "valid" / "sn_notify_seed.json").read_text(encoding="utf-8")
REFUND = (FIXTURES / "valid" / "re_notify_refunded.json").read_text(encoding="utf-8")

# Each invalid fixture, and what its refusal must name.
NAMES = {
    "body_is_a_list": "`body`",
    "empty": "no body",
    "no_order_id": "`body.orderId` is missing",
    "no_partner_id": "`partnerId` is missing",
    "no_used_quantity": "`body.usedQuantity` is missing",
    "not_json": "not JSON",
    "not_utf8": "UTF-8",
    "not_utf8_gbk": "UTF-8",
    "order_id_too_long": "`body.orderId` must be 1 to 64",
    "order_id_with_space": "`body.orderId` must be 1 to 64",
    "order_status_is_text": "`body.orderStatus` must be a whole number",
    "partner_id_is_text": "`partnerId` must be a whole number",
    "truncated": "not JSON",
    "unknown_method": "`method` must be `snNotify` or `reNotify`",
    "used_quantity_negative": "`body.usedQuantity` must be a whole number, 0 or more",
}


def changed(text: str = SEED, /, **changes: Any) -> str:
    """The notification with some of its fields changed; `body__usedQuantity=…` for one inside of `body`."""
    content = json.loads(text)
    for path, value in changes.items():
        *parents, name = path.split("__")
        place = content[parents[0]] if parents else content
        if value is ...:
            place.pop(name, None)
        else:
            place[name] = value
    return json.dumps(content)


def test_every_invalid_fixture_is_tested() -> None:
    assert {path.stem for path in (FIXTURES / "invalid").iterdir()} == set(NAMES)


@pytest.mark.parametrize(("name", "says"), NAMES.items())
def test_invalid_fixture_is_refused_with_the_field(name: str, says: str) -> None:
    text = (
        (FIXTURES / "invalid" / f"{name}.json").read_bytes().decode("utf-8", "replace")
    )  # as API Gateway passes it on
    with pytest.raises(EnvelopeRefused) as refused:
        parse_envelope(text)
    assert says in str(refused.value)


@pytest.mark.parametrize("path", sorted((FIXTURES / "valid").iterdir()), ids=lambda path: path.stem)
def test_a_valid_fixture_is_read_and_its_text_kept(path: Path) -> None:
    text = path.read_bytes().decode()
    envelope = parse_envelope(text)
    assert envelope.text == text
    assert envelope.id.partner_id == json.loads(text)["partnerId"]
    assert envelope.id.order_id == json.loads(text)["body"]["orderId"]


def test_valid_fixtures_have_different_ids() -> None:
    paths = list((FIXTURES / "valid").iterdir())
    assert len({str(parse_envelope(path.read_text(encoding="utf-8")).id) for path in paths}) == len(paths)


@pytest.mark.parametrize(
    "field", ["code", "partnerId", "body__orderStatus", "body__orderQuantity", "body__usedQuantity"]
)
@pytest.mark.parametrize("value", [1.0, 1.5, True, False, "1", None, [1], {}])
def test_an_int_field_takes_whole_numbers_only(field: str, value: Any) -> None:
    with pytest.raises(EnvelopeRefused, match=field.replace("__", r"\.")):
        parse_envelope(changed(**{field: value}))


@pytest.mark.parametrize("spelling", ["1e0", "1.0", "1E+2"])
def test_int_field_takes_no_fraction_or_exponent(spelling: str) -> None:
    with pytest.raises(EnvelopeRefused, match="usedQuantity"):
        parse_envelope(SEED.replace('"usedQuantity":1', f'"usedQuantity":{spelling}'))


@pytest.mark.parametrize("field", ["code", "describe", "partnerId", "method", "body"])
def test_a_required_field_that_is_missing_is_named(field: str) -> None:
    with pytest.raises(EnvelopeRefused, match=f"`{field}` is missing"):
        parse_envelope(changed(**{field: ...}))


@pytest.mark.parametrize("value", [0, -1])
def test_a_partner_number_is_greater_than_zero(value: int) -> None:
    with pytest.raises(EnvelopeRefused, match="greater than 0"):
        parse_envelope(changed(partnerId=value))


@pytest.mark.parametrize("value", ["", " ", "a b", "a\n", "a\x00", "é", "訂單", "a" * 65, 5, None])
def test_order_number_is_printable_ascii(value: Any) -> None:
    with pytest.raises(EnvelopeRefused, match=r"body\.orderId"):
        parse_envelope(changed(body__orderId=value))


@pytest.mark.parametrize("value", ["a", "!", "~", "a:b_c/d#e", "a" * 64])
def test_an_order_number_may_be_any_printable_ascii(value: str) -> None:
    assert parse_envelope(changed(body__orderId=value)).id.order_id == value


@pytest.mark.parametrize("value", ["15354", 15354, 2**53 + 1, None, ...])
def test_platform_order_number_is_string_int_or_absent(value: Any) -> None:
    assert parse_envelope(changed(body__LHOrderId=value)).id.order_id == "test158585"


@pytest.mark.parametrize("value", [1.5, True, []])
def test_the_platforms_order_number_is_nothing_else(value: Any) -> None:
    with pytest.raises(EnvelopeRefused, match=r"body\.LHOrderId"):
        parse_envelope(changed(body__LHOrderId=value))


def test_a_refund_needs_no_quantities() -> None:
    assert parse_envelope(changed(REFUND, body__quantity=..., body__reQuantity=...)).id.partner_id == 7001


@pytest.mark.parametrize("field", ["quantity", "reQuantity", "reStatus", "orderQuantity"])
def test_refund_numbers_are_whole_numbers(field: str) -> None:
    with pytest.raises(EnvelopeRefused, match=field):
        parse_envelope(changed(REFUND, **{f"body__{field}": "2"}))


def test_any_order_status_is_carried() -> None:
    text = changed(body__orderStatus=-12345678901234567890)
    assert parse_envelope(text).text == text


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(EnvelopeRefused, match=r"`code`.*`partnerId`.*`body\.usedQuantity`"):
        parse_envelope(changed(code="x", partnerId="y", body__usedQuantity=-1))


def test_extra_fields_outside_body_keep_the_id() -> None:
    assert parse_envelope(changed(describe="another text", extra=1)).id == parse_envelope(SEED).id
    assert parse_envelope(changed(body__extra=1)).id != parse_envelope(SEED).id


@pytest.mark.parametrize("change", [{"code": 20000}, {"partnerId": 7001}, {"body__usedQuantity": 2}])
def test_code_partner_and_body_are_its_identity(change: dict[str, Any]) -> None:
    assert parse_envelope(changed(**change)).id.digest != parse_envelope(SEED).id.digest


@pytest.mark.parametrize("text", ["[]", "1", '"a"', "null"])
def test_a_notification_is_an_object(text: str) -> None:
    with pytest.raises(EnvelopeRefused, match="must be a JSON object"):
        parse_envelope(text)


def test_sixty_four_kibibytes_of_utf_8_are_the_most() -> None:
    room = MAX_BYTES - len(changed(body__note="").encode())
    assert len(parse_envelope(changed(body__note="x" * room)).text.encode()) == MAX_BYTES
    with pytest.raises(EnvelopeTooLarge, match=str(MAX_BYTES)):
        parse_envelope(changed(body__note="x" * (room + 1)))


def test_size_is_counted_in_bytes() -> None:
    with pytest.raises(EnvelopeTooLarge):
        parse_envelope(SEED.replace("執行成功", "執" * (MAX_BYTES // 3)))
