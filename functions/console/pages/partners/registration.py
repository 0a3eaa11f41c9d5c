"""Registering a partner: the form, and the page after it with both of its secrets."""

from typing import TYPE_CHECKING, Final

from console.pages.partners.partner_list import PATH
from console.pages.shown_once import Credential, NextStep, shown_once_page
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.security.session import Session

if TYPE_CHECKING:
    from customer_service.schemas.partners import NewlyRegistered, Partner

NEW_PATH: Final = f"{PATH}/new"
FIELDS: Final = ("partnerId", "name", "contact", "url", "internal", "ladder")


def register_page(session: Session, refused: RefusedForm | None = None) -> str:
    """The form; where it was refused, with what was typed and each problem beside its field."""
    return render("partner_new.html", NEW_PATH, session, form=form_view("register", refused))


def registered_page(session: Session, one: "NewlyRegistered") -> str:
    """Both secrets of the new partner, this once."""
    title = translate("{name} is registered", name=shown(one["name"]))
    those = [signing_secret(one["secret"]), query_key(one["queryKey"])]
    step = translate("I have kept both: go on to the review of the address")
    return shown_once_page(session, NEW_PATH, title, those, NextStep(f"{PATH}/{one['partnerId']}", step))


def rotated_page(session: Session, one: "Partner", those: list[Credential]) -> str:
    """The new secret or query key of a partner, this once."""
    path = f"{PATH}/{one['partnerId']}"
    title = translate("{name} has a new one", name=shown(one["name"]))
    return shown_once_page(
        session, path, title, those, NextStep(path, translate("I have kept it: back to the partner"))
    )


def signing_secret(value: str) -> Credential:
    """The secret of `webhook-signature`."""
    purpose = translate("With it the partner verifies that a notification comes from us (header webhook-signature).")
    return Credential("secret", translate("Signing secret"), value, purpose)


def query_key(value: str) -> Credential:
    """The partner's key for `GET /orders`."""
    purpose = translate("With it the partner's server queries orders (GET /orders).")
    return Credential("query-key", translate("Query key"), value, purpose)
