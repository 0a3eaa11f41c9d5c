"""The notifications that a person selected, and the page that asks before they are changed."""

import re
from collections.abc import Sequence
from typing import Any, Final

from console.pages.work_list.actions import ACTIONS, command, consequence_of
from console.rendering.forms import form_view
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown
from console.request import Form, FormRefused
from console.security.session import Session
from herald.domain.notification_id import MalformedId, NotificationId

FIELD: Final = "one[]"  # of each selected notification; the brackets say that a form has several
MOST: Final = 30  # on a page: less than 60 KB, however long their texts are
NAME: Final = "decide"  # of the form
_VALUE: Final = re.compile(r"(0|[1-9][0-9]{0,8})\.([0-9A-Za-z_-]{1,200})")

type Selected = tuple[str, int]  # the id of a notification, and its turn when the person saw it


def value_of(notification_id: str, turn: int) -> str:
    """The value of the check box of a notification."""
    return f"{turn}.{notification_id}"


def selected_of(form: Form, partner_id: int) -> list[Selected]:
    """What was selected. Raises `FormRefused` for what no page of this partner sends."""
    values = form.all(FIELD)
    if len(values) > MOST:
        raise FormRefused("more than a page has")
    return [_selected(value, partner_id) for value in values]


def action_of(form: Form, state: str) -> str:
    """The action of the button. Raises `FormRefused` for one that the state does not allow."""
    action = form.get("action")
    if action not in ACTIONS[state]:
        raise FormRefused("not an action of this page")
    return action


def is_counted(form: Form) -> bool:
    """Whether the person saw how many are selected: their number is in the form, written by the script or this page."""
    return form.get("counted") == str(len(form.all(FIELD)))


def confirmation_page(session: Session, path: str, name: str, form: Form) -> str:
    """Asks before the selected ones are changed. `path` is that of the partner's list, `name` the partner's."""
    action, values = form.get("action"), form.all(FIELD)
    back = address(path, state=form.get("state"), cursor=form.get("cursor"))
    return render(
        "selection.html",
        back,
        session,
        action=path,
        back=back,
        title=translate("{command}?", command=command(action, len(values))),
        name=shown(name),
        command=command(action, len(values)),
        consequence=consequence_of(action),
        orders=[_order(value) for value in values],
        hidden=_hidden(form, values),
        form=form_view(NAME, reason=form.get("reason")),
    )


def _hidden(form: Form, values: Sequence[str]) -> list[tuple[str, str]]:
    kept = [(name, form.get(name)) for name in ("state", "cursor", "action")]
    return [*kept, ("counted", str(len(values))), *((FIELD, value) for value in values)]


def _order(value: str) -> dict[str, Any]:
    notification_id = value.partition(".")[2]
    return {"order": shown(NotificationId.parse(notification_id).order_id)}


def _selected(value: str, partner_id: int) -> Selected:
    found = _VALUE.fullmatch(value)
    try:
        if found and NotificationId.parse(found[2]).partner_id == partner_id:
            return found[2], int(found[1])
    except MalformedId:
        pass
    raise FormRefused("not a notification of this page")
