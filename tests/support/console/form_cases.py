"""Each kind of form that changes something: its page, what a person types, and what is stored afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.pages.work_list.selection import value_of
from customer_service.dependencies import keys
from customer_service.jobs import start_job
from customer_service.schemas.requests import NewJob
from herald.domain.api_key import Key, Role, new_key
from herald.domain.clock import HOUR
from herald.domain.partner import EndpointTest, ReviewState
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PARTNER_ID, a_partner, an_outcome
from tests.support.functions.breakers import a_partner_with, open_breaker_of
from tests.support.functions.dispatcher import failed, registered, stands

WHY = "與對方工程師確認過 <b>{{7*7}}</b>"
PARTNER = f"/console/partners/{PARTNER_ID}"
FAILED = f"/console/failed/{PARTNER_ID}"
PROPOSED = "https://west-lake.example/notify"
TABLES = ("NotificationTable", "PartnerTable", "KeyTable", "JobTable")


@dataclass(frozen=True, slots=True)
class FormCase:
    """A form on its page. `typed` has `WHY` in it, and `stored` says how often the tables have it afterwards."""

    page: str
    action: str
    typed: Mapping[str, str | Sequence[str]] = field(default_factory=lambda: {"reason": WHY})
    stored: int = 1
    only_once: bool = True  # to send the form a second time is refused


def _notification(action: str) -> FormCase:
    registered(a_partner())
    stands(one := failed(1, NOON - HOUR))
    path = f"/console/notifications/{one.id}"
    return FormCase(path, f"{path}/{action}")


def _selected() -> FormCase:
    registered(a_partner())
    those = [failed(n, NOON - HOUR) for n in range(2)]
    stands(*those)
    boxes = [value_of(str(one.id), one.turn) for one in those]
    typed = {"one[]": boxes, "action": "resolve", "reason": WHY, "counted": "2"}
    return FormCase(FAILED, FAILED, typed, stored=2)


def _all() -> FormCase:
    registered(a_partner())
    stands(*(failed(n, NOON - HOUR) for n in range(2)))
    typed = {"action": "redrive", "perSecond": "5", "reason": WHY}
    return FormCase(f"{FAILED}/all", f"{FAILED}/all", typed, only_once=False)


def _partner(action: str, typed: Mapping[str, str] | None = None, **more: Any) -> FormCase:
    state = ReviewState.SUSPENDED if action == "resume" else ReviewState.ACTIVE
    test = EndpointTest(url=PROPOSED, outcome=an_outcome(success=True))
    registered(a_partner(proposed_url=PROPOSED, last_test=test, state=state))
    return FormCase(PARTNER, f"{PARTNER}/{action}", {"reason": WHY, **(typed or {})}, **more)


def _spared(action: str) -> FormCase:
    registered(a_partner_with(open_breaker_of()))
    return FormCase(PARTNER, f"{PARTNER}/{action}", only_once=action == "close-breaker")


def _header_removal() -> FormCase:
    registered(a_partner(headers={"X-Zone": "5"}))
    typed = {"headerName": "X-Zone", "reason": WHY}
    return FormCase(PARTNER, f"{PARTNER}/remove-header", typed, only_once=False)


def _registration() -> FormCase:
    typed = {"partnerId": "9100", "name": WHY, "url": PROPOSED}
    return FormCase("/console/partners/new", "/console/partners", typed, stored=2)  # the partner, and its key


def _deletion() -> FormCase:
    registered(a_partner())
    path = f"{PARTNER}/delete"
    return FormCase(path, path, stored=2, only_once=False)  # the partner and the job


def _order_deletion() -> FormCase:
    registered(a_partner())
    stands(one := failed(1, NOON - HOUR))
    path = f"/console/notifications/{one.id}/delete-order"
    return FormCase(path, path, {"reason": WHY, "force": "true"}, only_once=False)


def _job() -> FormCase:
    registered(a_partner())
    stands(failed(1, NOON - HOUR))
    wish = {"action": "redrive", "filter": {"partnerId": PARTNER_ID, "state": "failed"}, "reason": "repaired"}
    path = f"/console/jobs/{start_job(NewJob.model_validate(wish), 'bob')['jobId']}"
    return FormCase(path, f"{path}/cancel")


def _new_key() -> FormCase:
    typed = {"role": "viewer", "name": "dave", "reason": WHY}
    return FormCase("/console/keys", "/console/keys", typed, only_once=False)


def _revocation() -> FormCase:
    one = keys().add(new_key(Role.VIEWER), Key(role=Role.VIEWER, name="carol"), NOON)
    return FormCase(f"/console/keys?revoke={one.key_id}", f"/console/keys/{one.key_id}/revoke")


FORMS: Mapping[str, Callable[[], FormCase]] = {
    "redrive": lambda: _notification("redrive"),
    "resolve": lambda: _notification("resolve"),
    "cancel": lambda: _notification("cancel"),
    "selected": _selected,
    "all": _all,
    "approve": lambda: _partner("approve"),
    "suspend": lambda: _partner("suspend"),
    "resume": lambda: _partner("resume"),
    "change": lambda: _partner("change", {"contact": "ops@new.example"}),
    "limits": lambda: _partner("limits", {"timeout": "7"}),
    "remove-header": _header_removal,
    "probe": lambda: _spared("probe"),
    "close-breaker": lambda: _spared("close-breaker"),
    "rotate-secret": lambda: _partner("rotate-secret", only_once=False),
    "rotate-key": lambda: _partner("rotate-key", stored=2, only_once=False),
    "delete": _deletion,
    "delete-order": _order_deletion,
    "register": _registration,
    "cancel-job": _job,
    "make-key": _new_key,
    "revoke-key": _revocation,
}


def stored_whys(aws: Aws) -> int:
    """How often the tables that customer service changes have `WHY`."""
    return sum(_count(item) for table in TABLES for item in aws.items(table))


def _count(value: object) -> int:
    match value:
        case str():
            return value.count(WHY)  # a job and a revocation are stored as text
        case dict():
            return sum(map(_count, value.values()))
        case list():
            return sum(map(_count, value))
    return 0
