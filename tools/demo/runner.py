"""Runs the scenarios: the registry, three submissions, one poll, and the deliveries that follow."""

from collections.abc import Iterator
from contextlib import contextmanager

from tools.demo.alert_watcher import AlertWatcher
from tools.demo.assertions import ScenarioResult
from tools.demo.environment import DemoEnvironment
from tools.demo.other_end.scene import NAMES
from tools.demo.run_context import WITHIN, RunContext
from tools.demo.scenarios import SCENARIOS, Scenario
from tools.demo.timeline import Timeline
from tools.demo.watchers import NotificationWatcher, PartnerWatcher
from tools.sample_partner import SamplePartners

REPAIRED = "they repaired their server"


@contextmanager
def start_watching(environment: DemoEnvironment, partners: SamplePartners, timeline: Timeline) -> Iterator[RunContext]:
    """Observes the platform's stack and the partners' servers, until the end of the context."""
    alerts, watcher = AlertWatcher(environment, timeline), NotificationWatcher(environment.api("operator"), timeline)
    names = {scenario.path: scenario.partner for scenario in SCENARIOS}
    PartnerWatcher(partners, {**names, **NAMES}, timeline)
    try:
        yield RunContext(environment, partners, timeline, watcher, alerts)
    finally:
        watcher.stop()
        alerts.stop()


def run_scenarios(context: RunContext) -> list[ScenarioResult]:
    """Runs them from the registry to the last delivery; returns each result. Raises `TooSlow`, `CliError`."""
    timeline = context.timeline
    timeline.headline("The registry: three partners are entered, tested and approved")
    for scenario in SCENARIOS:
        _admit(scenario, context)
    timeline.headline("Notifications travel")
    ids = {scenario.partner_id: _submit(scenario, context) for scenario in SCENARIOS}
    context.poll()
    with timeline.busy("notifications travel"):
        for scenario in SCENARIOS:
            _await_end(scenario, ids[scenario.partner_id], context)
    return [_told(scenario, ids[scenario.partner_id], context) for scenario in SCENARIOS]


def _admit(scenario: Scenario, context: RunContext) -> None:
    """Enters the partner, tests its address, approves it; then its server answers as the scenario says."""
    api, report = context.environment.api("operator"), context.timeline.report
    url = context.partners.url(scenario.path)
    created = api.create_partner({"partnerId": scenario.partner_id, "name": scenario.partner, "url": url})
    context.partners.share_secret(scenario.path, created["secret"])
    tested = api.act_on_partner(scenario.partner_id, "test", {"which": "proposed"})
    approved = api.act_on_partner(scenario.partner_id, "approve", {"reason": "the test passed"})
    report("operator", f"{scenario.partner}: entered, tested ({tested['reason']}), approved: {approved['state']}")
    context.partners.configure(scenario.path, scenario.script)


def _submit(scenario: Scenario, context: RunContext) -> str:
    sent = context.environment.api("publisher").send(scenario.payload())
    context.watcher.add(sent.notification_id, scenario.partner)
    order = scenario.body["orderId"]
    context.timeline.report("publisher", f"submits {scenario.method} of order {order} for {scenario.partner}: success")
    return sent.notification_id


def _await_end(scenario: Scenario, notification_id: str, context: RunContext) -> None:
    if scenario.ends_at_the_operator:
        _help(scenario, notification_id, context)
    context.watcher.wait_for(notification_id, "delivered", WITHIN)


def _help(scenario: Scenario, notification_id: str, context: RunContext) -> None:
    """The ladder ends, the alert comes, the partner repairs its server, an operator sends it again."""
    context.watcher.wait_for(notification_id, "failed", WITHIN)
    context.alerts.wait_for(lambda text: str(scenario.partner_id) in text, WITHIN)
    context.partners.configure(scenario.path, "200 success")
    context.timeline.report(scenario.partner, "they repair their server", "cyan")
    context.timeline.report("operator", f"{scenario.partner}: redrives it: {REPAIRED}")
    context.environment.api("operator").act_on_notification(notification_id, "redrive", REPAIRED, None)


def _told(scenario: Scenario, notification_id: str, context: RunContext) -> ScenarioResult:
    received = [one for one in context.partners.received(scenario.path) if one.headers["webhook-id"] == notification_id]
    return ScenarioResult(scenario, context.environment.api("operator").notification(notification_id), received)
