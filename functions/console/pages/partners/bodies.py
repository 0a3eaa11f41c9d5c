"""The bodies of the API's requests about a partner, from what was typed. The API's own models check them."""

from http import HTTPStatus
from typing import Any

from console.pages.partners.changes import changed_fields
from console.request import Form
from customer_service.refusals import ApiRefusal
from herald.domain.partner_number import read_partner_number
from herald.languages.message import Message


def registration_body(form: Form) -> dict[str, Any]:
    """Of `POST /partners`; what is no number stays the text that it is, and is refused as such."""
    number = form.get("partnerId")
    given = {name: value for name in ("url", "ladder") if (value := form.get(name))}
    mark = {"internal": True} if form.get("internal") == "true" else {}
    return {
        "partnerId": read_partner_number(number) or number,
        "name": form.get("name"),
        "contact": form.get("contact"),
        **given,
        **mark,
    }


def amendment_body(form: Form) -> dict[str, Any]:
    """Of `PATCH /partners/{partnerId}`: only what the person changed. Raises `ApiRefusal` 400 where that is nothing."""
    changed: dict[str, Any] = {**changed_fields(form)}
    if not changed:
        raise ApiRefusal(
            HTTPStatus.BAD_REQUEST, Message("nothing is different from what you saw: change a field, then save")
        )
    if "internal" in changed:
        changed["internal"] = changed["internal"] == "true"
    return {**changed, **reason_body(form)}


def header_body(form: Form) -> dict[str, Any]:
    """Of `PATCH /partners/{partnerId}` to set a header. Raises `ApiRefusal` 400 where no value was typed.

    A page that keeps what was typed, such as after a sign-in, does not keep the value.
    """
    if not form.get("headerValue"):
        raise ApiRefusal(
            HTTPStatus.BAD_REQUEST, Message("`headerValue` is missing: type the value; no page keeps or shows it")
        )
    return {"headers": {form.get("headerName"): form.get("headerValue")}, **reason_body(form)}


def header_removal_body(form: Form) -> dict[str, Any]:
    """Likewise, to remove a header."""
    return {"headers": {form.get("headerName"): None}, **reason_body(form)}


def approval_body(form: Form) -> dict[str, Any]:
    """Of an approval and of a new signing secret."""
    return {"force": form.get("force") == "true", **reason_body(form)}


def reason_body(form: Form) -> dict[str, Any]:
    """Of every other decision."""
    return {"reason": form.get("reason")}
