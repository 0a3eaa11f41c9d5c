"""Watchers of the partners' request log and of the notifications in the API.

Each watcher is a thread that reports on the timeline what it observes; the timeline has only what was observed.
"""

from collections.abc import Mapping
from threading import Condition, Event, Thread
from typing import Any

from tools.common import formatting
from tools.common.api_client import ApiClient
from tools.common.errors import CliError
from tools.demo.timeline import Timeline
from tools.sample_partner import Received, SamplePartners, interval

type Json = dict[str, Any]

LOOKS_EVERY = 0.2  # seconds between two looks at a notification: the API has nothing to wait on
_OUTCOMES = {"delivered": "green", "failed": "red"}


class TooSlow(Exception):
    """An expected event did not happen in time; the text names it and the present state."""


class PartnerWatcher:
    """Reports each request to the partners' servers, by their own clock."""

    def __init__(self, partners: SamplePartners, names: Mapping[str, str], timeline: Timeline) -> None:
        """`names` are whose server is at which path."""
        self._partners = partners
        self._names = names
        self._timeline = timeline
        self._last: dict[tuple[str, str], Received] = {}  # by path and notification
        Thread(target=self._watch, name="partners", daemon=True).start()

    def _watch(self) -> None:
        for name, received in self._partners.request_log.follow():
            self._timeline.report(self._names[name], self._say(name, received), "cyan")
            self._last[name, received.headers["webhook-id"]] = received

    def _say(self, name: str, received: Received) -> str:
        headers = received.headers
        if b'"testNotify"' in received.body:
            return f"their server gets the test (signature {received.signature}) and answers {received.answer}"
        place = f"round {headers.get('herald-round')}, attempt {headers.get('herald-attempt')}"
        said = f"their server gets {place} (signature {received.signature}) and answers {received.answer}"
        if headers.get("herald-attempt") == "1":
            return said
        earlier = self._partners.received(name)[self._last[name, headers["webhook-id"]].number - 1]
        return f"{said}, {interval(earlier, received):.2f} s after its last answer"


class NotificationWatcher:
    """Polls the notifications by the API, reports each change, and lets other threads wait for one."""

    def __init__(self, api: ApiClient, timeline: Timeline, whose: str = "Herald") -> None:
        """`whose` stands on the timeline."""
        self._api = api
        self._timeline = timeline
        self._whose = whose
        self._changed = Condition()
        self._seen: dict[str, Json] = {}
        self._names: dict[str, str] = {}
        self._done = Event()
        self._fault: CliError | None = None
        self._thread = Thread(target=self._watch, name="notifications", daemon=True)
        self._thread.start()

    def add(self, notification_id: str, partner: str) -> None:
        """Polls this notification as well."""
        with self._changed:
            self._names[notification_id] = partner

    def stop(self) -> None:
        """Ends the thread."""
        self._done.set()
        self._thread.join()

    def wait_for(self, notification_id: str, state: str, within: float) -> Json:
        """The notification, as soon as it is in this state. Raises `TooSlow`, or the error of the API."""

        def there() -> bool:
            return self._fault is not None or self._seen.get(notification_id, {}).get("state") == state

        with self._changed:
            in_time = self._changed.wait_for(there, within)
            if self._fault:
                raise self._fault
            if not in_time:
                stands = self._seen.get(notification_id, {}).get("state", "unseen")
                raise TooSlow(f"{self._names[notification_id]}: not {state} within {within:.0f} s, but {stands}")
            return self._seen[notification_id]

    def _watch(self) -> None:
        while not self._done.wait(LOOKS_EVERY):
            with self._changed:
                names = dict(self._names)
            try:
                for notification_id, partner in names.items():
                    self._look(notification_id, partner)
            except CliError as fault:
                with self._changed:
                    self._fault = fault
                    self._changed.notify_all()
                return

    def _look(self, notification_id: str, partner: str) -> None:
        now = self._api.notification(notification_id)
        before = self._seen.get(notification_id)
        for what, style in changes(before, now) if before else ():
            self._timeline.report(self._whose, f"{partner}: {what}", style)
        with self._changed:
            self._seen[notification_id] = now
            self._changed.notify_all()


def changes(before: Json, now: Json) -> list[tuple[str, str]]:
    """What happened between two looks, in words, each with its style."""
    result = [(_attempt(attempt), _style(attempt)) for attempt in now["attempts"][len(before["attempts"]) :]]
    if (before["state"], before["round"]) != (now["state"], now["round"]):
        result.append((_state(now), _OUTCOMES.get(now["state"], "")))
    return result


def _attempt(attempt: Json) -> str:
    verdict = formatting.verdict(attempt["verdict"])
    return f"attempt {attempt['attempt']} of round {attempt['round']} {verdict}: {attempt['reason']}"


def _style(attempt: Json) -> str:
    return "" if attempt["verdict"] == "success" else "yellow"


def _state(now: Json) -> str:
    match now["state"]:
        case "failed":
            return "failed: the ladder is exhausted, now it is a dead letter and a person must act"
        case "waiting":
            return f"waiting again, in round {now['round']}"
    return str(now["state"])
