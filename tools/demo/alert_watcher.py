"""The alerts that the operators receive, read from an alert inbox by a thread."""

from collections.abc import Callable
from threading import Condition, Event, Thread

from botocore.exceptions import BotoCoreError, ClientError

from tools.common.alert_inbox import AlertInbox
from tools.demo.environment import DemoEnvironment
from tools.demo.timeline import Timeline
from tools.demo.watchers import TooSlow


class AlertWatcher:
    """Reports each alert on the timeline, and lets other threads wait for one."""

    def __init__(self, environment: DemoEnvironment, timeline: Timeline) -> None:
        self._inbox = AlertInbox(environment.engine.client, environment.stack.topics["AlertTopic"], "demo-alerts")
        self._timeline = timeline
        self._changed = Condition()
        self._alerts: list[str] = []
        self._fault: Exception | None = None
        self._done = Event()
        self._thread = Thread(target=self._watch, name="alerts", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._done.set()
        self._thread.join()

    def wait_for(self, wanted: Callable[[str], bool], within: float) -> str:
        """The text of the first alert that is wanted. Raises `TooSlow`."""

        def found() -> list[str]:
            return [alert for alert in self._alerts if wanted(alert)]

        with self._changed:
            if not self._changed.wait_for(lambda: self._fault or found(), within) or self._fault:
                raise TooSlow(f"no alert came within {within:.0f} s" + (f": {self._fault}" if self._fault else ""))
            return found()[0]

    def _watch(self) -> None:
        try:
            while not self._done.is_set():
                self._look()
        except (BotoCoreError, ClientError) as fault:
            with self._changed:
                self._fault = fault
                self._changed.notify_all()

    def _look(self) -> None:
        for text in self._inbox.messages(wait_seconds=1):
            self._timeline.report("alert", f"to the operators: {text.splitlines()[0]}", "magenta")
            with self._changed:
                self._alerts.append(text)
                self._changed.notify_all()
