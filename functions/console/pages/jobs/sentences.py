"""What a job does, has done, and would leave, as sentences. One that reindexes is about all notifications."""

from typing import TYPE_CHECKING, Final

from console.pages.jobs.progress import Progress
from console.rendering.page import translate
from console.rendering.text import shown
from herald.languages.catalogue import N_
from herald.languages.current import localized
from herald.languages.message import Message, plural
from herald.languages.words import STATES

if TYPE_CHECKING:
    from customer_service.schemas.jobs import Job

_TITLES: Final = {
    "redrive": N_("Redrive what is {state:word} of partner {partner}"),
    "resolve": N_("Resolve what is {state:word} of partner {partner}"),
    "cancel": N_("Cancel what is {state:word} of partner {partner}"),
}


def title(job: "Job") -> str:
    """What it does; the action itself where a later version of Herald began it."""
    wanted = job.get("filter")
    if is_deletion(job):
        return translate("Delete the data of partner {partner}", partner=job.get("partnerId", 0))
    if wanted is None:
        return translate("Put every notification into the index of the search") if is_reindexing(job) else _action(job)
    if job["action"] not in _TITLES:
        return _action(job)
    return localized(Message(_TITLES[job["action"]], state=STATES[wanted["state"]], partner=wanted["partnerId"]))


def counted(job: "Job", progress: Progress) -> str:
    """How far it has come."""
    if is_reindexing(job):
        return translate(
            "{done:,} of about {count:,} notifications: {changed:,} put into the index, {passed_over:,} already in it",
            done=progress.done,
            count=progress.total,
            changed=job["changed"],
            passed_over=job["passedOver"],
        )
    if is_deletion(job):
        return translate(
            "{done:,} of about {count:,} notifications: their content is deleted",
            done=progress.done,
            count=progress.total,
        )
    if job.get("matchedAtLeast") and job["state"] == "running":
        return translate(
            "{done:,} of at least {count:,} notifications: {changed:,} changed, {passed_over:,} passed over",
            count=progress.total,
            done=progress.done,
            changed=job["changed"],
            passed_over=job["passedOver"],
        )
    return localized(
        plural(
            "{done:,} of {count:,} notification: {changed:,} changed, {passed_over:,} passed over",
            "{done:,} of {count:,} notifications: {changed:,} changed, {passed_over:,} passed over",
            count=progress.total,
            done=progress.done,
            changed=job["changed"],
            passed_over=job["passedOver"],
        )
    )


def passed_over(job: "Job") -> str:
    """Why some were not changed; empty where all were, or where that needs no explanation."""
    if not job["passedOver"] or is_reindexing(job):
        return ""
    return translate("Passed over: somebody else had changed them before the job reached them.")


def rate(job: "Job") -> str:
    """How many a second; empty where no rate bounds the job."""
    if is_reindexing(job):
        return translate("{count:,} a second are put into the index", count=job["perSecond"])
    if job["action"] == "redrive":
        return translate("{count:,} a second fall due", count=job["perSecond"])
    return ""


def consequence(job: "Job", progress: Progress) -> str:
    """What a cancellation leaves."""
    if is_reindexing(job):
        return translate(
            "What is in the index stays there. A search does not find the others until another job puts them into it."
        )
    return translate(
        "The {changed:,} that the job has changed stay changed. The other {left:,} stay as they are; up to 100 of them "
        "may be changed before it stops.",
        changed=job["changed"],
        left=progress.left,
    )


def is_reindexing(job: "Job") -> bool:
    """Whether it is about all notifications, and changes the state of none."""
    return job["action"] == "reindex"


def is_deletion(job: "Job") -> bool:
    """Whether it deletes what is stored of a partner, which cannot be cancelled."""
    return job["action"] == "delete"


def _action(job: "Job") -> str:
    return shown(job["action"])
