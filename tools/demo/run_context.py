"""All that a scene of the demo needs."""

from dataclasses import dataclass

from tools.demo.alert_watcher import AlertWatcher
from tools.demo.environment import DemoEnvironment
from tools.demo.timeline import Timeline
from tools.demo.watchers import NotificationWatcher
from tools.sample_partner import SamplePartners

WITHIN = 45.0  # seconds for a story; the longest takes about 10, plus the first start of each function


@dataclass(frozen=True, slots=True)
class RunContext:
    """The platform's stack, the servers of its partners, and what observes both."""

    environment: DemoEnvironment
    partners: SamplePartners
    timeline: Timeline
    watcher: NotificationWatcher
    alerts: AlertWatcher

    def poll(self) -> None:
        """One poll of the platform's stack, which is told."""
        said = self.environment.poll()
        by_whom = "The demo calls the dispatcher now, as EventBridge Scheduler does every 5 minutes"
        outcome = f"{said.get('new', 0)} messages queued" if said.get("ran") else "another poll was running"
        self.timeline.report("poll", f"{by_whom}: {outcome}")
