"""What the API's description says of each route, beside what Powertools reads from the code (DESIGN, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from operator_api.schemas.common import Health, Test
from operator_api.schemas.jobs import Job, Jobs, Started
from operator_api.schemas.notifications import Notification, OfOrder, Work, WorkList
from operator_api.schemas.orders import ORDER
from operator_api.schemas.partners import NewlyRegistered, Partner, Partners, PartnerWithQueryKey, PartnerWithSecret

_NOW_OR_NEVER = "It is shown in this answer and never again."


class Tag(StrEnum):
    """Whose routes they are."""

    PUBLISHERS = "publishers"
    PARTNERS_OWN = "partners themselves"
    NOTIFICATIONS = "notifications"
    JOBS = "jobs"
    REGISTRY = "registry"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Described:
    """A route: what it does, what it answers by status, and the statuses with which it refuses besides the usual ones.

    An answer is a type, of which the schema is made, or the type's adapter.
    """

    tag: Tag
    summary: str
    answers: Mapping[int, Any]
    refuses: tuple[int, ...] = ()
    more: str = ""
    open: bool = False
    media: str = "application/json"
    headers: Mapping[str, Any] | None = None


def _decision(summary: str, more: str) -> Described:
    more += " Where `turn` is given, only if the notification is still at that turn."
    return Described(Tag.NOTIFICATIONS, summary, {200: Notification}, (400, 404, 409), more)


def _review(summary: str, more: str, answer: Any = Partner) -> Described:  # noqa: ANN401 - a type of any kind
    return Described(Tag.REGISTRY, summary, {200: answer}, (400, 404, 409), more)


ROUTES: Mapping[str, Described] = {
    "POST /notifications": Described(
        Tag.PUBLISHERS,
        "Submit a notification",
        {200: Literal["success"]},
        (400, 404, 413),
        "`success` is answered when it is stored, and the same one again is acknowledged and not sent again. Anything "
        "else than 200 `success` means: unknown, submit it again. At most 64 KiB.",
        media="text/plain",
        headers={"herald-notification-id": {"description": "The notification's id.", "schema": {"type": "string"}}},
    ),
    "GET /notifications": Described(
        Tag.NOTIFICATIONS,
        "List what needs a person, or one order",
        {200: WorkList | Work | OfOrder},
        (400,),
        "With `state`: one line a partner, the most first, as many as one answer holds. With `state` and `partnerId`: "
        "its notifications, newest first. With `partnerId` and `orderId`: that order's, by acceptance. "
        "The latter two by pages, of `limit` (if not given 20, of an order 100) or fewer where they are large, and "
        "`cursor`.",
    ),
    "GET /notifications/{id}": Described(
        Tag.NOTIFICATIONS, "Show a notification", {200: Notification}, (400, 404), "For publishers as well."
    ),
    "POST /notifications/{id}/redrive": _decision("Send a notification again", "The whole ladder, from now."),
    "POST /notifications/{id}/resolve": _decision("Resolve a notification", "It was settled otherwise."),
    "POST /notifications/{id}/cancel": _decision("Cancel a notification", "It must not be sent."),
    "POST /jobs": Described(
        Tag.JOBS,
        "Decide about many at once",
        {200: Started, 202: Started},
        (400, 404, 409),
        "202 when the job has begun, 200 after a dry run. It takes only what became so before this moment.",
    ),
    "GET /jobs": Described(Tag.JOBS, "List the jobs", {200: Jobs}, more="The newest 50, the running ones first."),
    "GET /jobs/{jobId}": Described(Tag.JOBS, "Show a job", {200: Job}, (400, 404)),
    "POST /jobs/{jobId}/cancel": Described(
        Tag.JOBS, "Cancel a job", {200: Job}, (400, 404, 409), "What it has changed stays changed."
    ),
    "POST /partners": Described(
        Tag.REGISTRY, "Register a partner", {201: NewlyRegistered}, (400, 409), "Both secrets are shown this once."
    ),
    "GET /partners": Described(
        Tag.REGISTRY, "List the partners", {200: Partners}, (400,), "A page at a time, by number."
    ),
    "GET /partners/{partnerId}": Described(Tag.REGISTRY, "Show a partner", {200: Partner}, (400, 404)),
    "PATCH /partners/{partnerId}": _review(
        "Change a partner", "A new `url` is proposed; the approved one serves on until the new one is approved."
    ),
    "POST /partners/{partnerId}/test": _review(
        "Test a partner's address", "Sends a signed `testNotify` and answers the attempt, whatever its verdict.", Test
    ),
    "POST /partners/{partnerId}/approve": _review(
        "Approve the proposed address", "Its last test must have passed, unless `force` is true."
    ),
    "POST /partners/{partnerId}/suspend": _review(
        "Suspend a partner",
        "What falls due is held until it is resumed. Attempts may still begin for up to 30 seconds.",
    ),
    "POST /partners/{partnerId}/resume": _review("Resume a partner", "The polls release what was held."),
    "POST /partners/{partnerId}/rotate-secret": _review(
        "Make a new secret",
        f"{_NOW_OR_NEVER} For 24 hours the one before it signs as well. Another rotation in that time is refused, or "
        "with `force` ends the oldest one at once.",
        PartnerWithSecret,
    ),
    "POST /partners/{partnerId}/rotate-key": _review(
        "Make a new query key",
        f"{_NOW_OR_NEVER} The one before it stops within 5 minutes, for which the gateway remembers keys.",
        PartnerWithQueryKey,
    ),
    "GET /orders": Described(
        Tag.PARTNERS_OWN,
        "Ask how an order stands",
        {200: ORDER},
        (400, 404),
        "The caller's own orders, in the form of a notification: the largest quantities, and the codes of all, as many "
        "as one answer holds (some hundred thousand); `omittedSncodes` counts the others.",
    ),
    "GET /health": Described(Tag.SERVICE, "See that the API answers", {200: Health}, open=True),
    "GET /openapi.json": Described(Tag.SERVICE, "Read this description", {200: dict[str, Any]}, open=True),
}
