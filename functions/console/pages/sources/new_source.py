"""A new source, and a new token of one: the forms' bodies for the API, and the page that shows the address once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from console.pages.shown_once import Credential, NextStep, shown_once_page
from console.pages.sign_in import LEFT_OUT
from console.pages.sources.source_list import PATH
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.request import Form
from console.security.session import Session
from customer_service.refusals import ApiRefusal
from herald.domain.partner_number import read_partner_number
from herald.languages.message import Message

if TYPE_CHECKING:
    from customer_service.schemas.sources.responses import SourceWithToken

NEW_PATH: Final = f"{PATH}/new"
FIELDS: Final = ("name", "partnerId", "cidrs", "webhookSecret", "headerValue", "reason")
FIELDS_OF: Final = {"header": "headerName"}  # by the API's names
SECRETS: Final = ("webhookSecret", "headerValue")
_BETWEEN: Final = re.compile(r"[\s,;，、；]+")


def register_source_page(session: Session, refused: RefusedForm | None = None) -> str:
    """The form; where it was refused, with what was typed, but for the secrets, and each problem beside its field."""
    return render("source_new.html", NEW_PATH, session, form=form_view("register", refused and mark_secrets(refused)))


def mark_secrets(refused: RefusedForm) -> RefusedForm:
    """The refused form that says beside each secret which was typed that its page has not kept it."""
    again = translate("Type it again: no page keeps a secret.")
    return replace(
        refused, problems={**{name: again for name in SECRETS if refused.typed.get(name)}, **refused.problems}
    )


def token_page(session: Session, one: "SourceWithToken") -> str:
    """The path of the new inbound address, this once."""
    path = f"{PATH}/{one['id']}"
    title = translate("{name} has a new inbound address", name=shown(one["name"]))
    label = translate("Path of the inbound address")
    purpose = translate(
        "Behind the address of the API (ApiUrl) it is where the sender submits. Whoever has it can submit."
    )
    step = NextStep(path, translate("I have kept it: on to the source"))
    return shown_once_page(session, path, title, [Credential("inbound-path", label, one["path"], purpose)], step)


def new_source_body(form: Form) -> dict[str, Any]:
    """Of `POST /sources`; what is no number stays the text that it is, and is refused as such.

    Raises `ApiRefusal` 400 where a secret has to be typed again.
    """
    _require_secrets(form)
    number = form.get("partnerId")
    return {
        "name": form.get("name"),
        "partnerId": read_partner_number(number) or number,
        **_proof(form),
        "reason": form.get("reason"),
    }


def changed_source_body(form: Form) -> dict[str, Any]:
    """Of `PATCH /sources/{sourceId}`: only what the person changed. Raises `ApiRefusal` 400 where that is nothing.

    Likewise where a secret has to be typed again, and where a demand is both set and taken away.
    """
    _require_secrets(form)
    body: dict[str, Any] = {}
    if form.get("name") != form.get("was-name"):
        body["name"] = form.get("name")
    if _networks(form.get("cidrs")) != _networks(form.get("was-cidrs")):
        body["cidrs"] = _networks(form.get("cidrs")) or None
    body |= {name: value for name, value in _proof(form).items() if name != "cidrs"}
    body |= _withdrawn(form, body)
    if not body:
        raise ApiRefusal(
            HTTPStatus.BAD_REQUEST, Message("nothing is different from what you saw: change a field, then save")
        )
    return {**body, "reason": form.get("reason")}


def _require_secrets(form: Form) -> None:
    """Raises `ApiRefusal` 400 where a page left out a secret that was typed, and it was not typed again.

    Without it the source would be registered, or stay, without that demand.
    """
    for name in SECRETS:
        if name in form.all(LEFT_OUT) and not form.get(name):
            message = Message("`{field}`: type the secret again; no page keeps or shows it", field=name)
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)


def _withdrawn(form: Form, given: Mapping[str, Any]) -> dict[str, None]:
    """The demands that are taken away. Raises `ApiRefusal` 400 where `given` sets one of them at the same time."""
    names = [name for name in ("webhookSecret", "header") if form.get(f"without-{name}") == "true"]
    for name in names:
        if name in given:
            message = Message("`{field}`: either type a new one or demand none any more, not both", field=name)
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)
    return dict.fromkeys(names)


def _proof(form: Form) -> dict[str, Any]:
    """What is demanded, of what was filled in."""
    body: dict[str, Any] = {}
    if cidrs := _networks(form.get("cidrs")):
        body["cidrs"] = cidrs
    if secret := form.get("webhookSecret"):
        body["webhookSecret"] = secret
    if form.get("headerName") or form.get("headerValue"):
        body["header"] = {"name": form.get("headerName"), "value": form.get("headerValue")}
    return body


def _networks(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part]
