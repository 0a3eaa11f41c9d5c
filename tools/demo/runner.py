"""The play: the registry, three submissions, one poll, and what follows from them."""

from dataclasses import dataclass

from tools.demo.alert_inbox import Mailbox
from tools.demo.assertions import Told
from tools.demo.environment import Stage
from tools.demo.scenarios import STORIES, Story
from tools.demo.timeline import Timeline
from tools.demo.watchers import NotificationWatcher, PartnerWatcher
from tools.sample_partner import SamplePartners

WITHIN = 45.0  # seconds for a story; the longest takes about 10, plus the first start of each function
REPAIRED = "they repaired their server"


@dataclass(frozen=True, slots=True)
class Players:
    """All that a scene needs."""

    stage: Stage
    partners: SamplePartners
    timeline: Timeline
    watcher: NotificationWatcher
    mailbox: Mailbox


def play(stage: Stage, partners: SamplePartners, timeline: Timeline) -> list[Told]:
    """Plays it from the registry to the last delivery; how each story went. Raises `TooSlow`, `CliError`."""
    mailbox, watcher = Mailbox(stage, timeline), NotificationWatcher(stage.api("operator"), timeline)
    PartnerWatcher(partners, {story.path: story for story in STORIES}, timeline)
    players = Players(stage, partners, timeline, watcher, mailbox)
    try:
        return _scenes(players)
    finally:
        watcher.stop()
        mailbox.stop()


def _scenes(players: Players) -> list[Told]:
    timeline = players.timeline
    timeline.headline("The registry: three partners are entered, tested and approved")
    for story in STORIES:
        _admit(story, players)
    timeline.headline("Notifications travel")
    ids = {story.partner_id: _submit(story, players) for story in STORIES}
    _poll(players)
    with timeline.busy("notifications travel"):
        for story in STORIES:
            _await_end(story, ids[story.partner_id], players)
    return [_told(story, ids[story.partner_id], players) for story in STORIES]


def _admit(story: Story, players: Players) -> None:
    """Enters the partner, tests its address, approves it; then its server answers as its story goes."""
    api, tell = players.stage.api("operator"), players.timeline.tell
    url = players.partners.url(story.path)
    created = api.create_partner({"partnerId": story.partner_id, "name": story.partner, "url": url})
    players.partners.share_secret(story.path, created["secret"])
    tested = api.act_on_partner(story.partner_id, "test", {"which": "proposed"})
    approved = api.act_on_partner(story.partner_id, "approve", {"reason": "the test passed"})
    tell("operator", f"{story.partner}: entered, tested ({tested['reason']}), approved: {approved['state']}")
    players.partners.tell(story.path, story.script)


def _submit(story: Story, players: Players) -> str:
    sent = players.stage.api("publisher").send(story.payload())
    players.watcher.add(sent.notification_id, story.partner)
    order = story.body["orderId"]
    players.timeline.tell("publisher", f"submits {story.method} of order {order} for {story.partner}: success")
    return sent.notification_id


def _poll(players: Players) -> None:
    said = players.stage.poll()
    by_whom = "The demo calls the dispatcher now, as EventBridge Scheduler does every 5 minutes"
    outcome = f"{said.get('new', 0)} messages queued" if said.get("ran") else "another poll was running"
    players.timeline.tell("poll", f"{by_whom}: {outcome}")


def _await_end(story: Story, notification_id: str, players: Players) -> None:
    if story.ends_at_the_operator:
        _help(story, notification_id, players)
    players.watcher.wait_for(notification_id, "delivered", WITHIN)


def _help(story: Story, notification_id: str, players: Players) -> None:
    """The ladder ends, the alert comes, the partner repairs its server, an operator sends it again."""
    players.watcher.wait_for(notification_id, "failed", WITHIN)
    players.mailbox.wait_for(lambda text: str(story.partner_id) in text, WITHIN)
    players.partners.tell(story.path, "200 success")
    players.timeline.tell(story.partner, "they repair their server", "cyan")
    players.timeline.tell("operator", f"{story.partner}: redrives it: {REPAIRED}")
    players.stage.api("operator").act_on_notification(notification_id, "redrive", REPAIRED, None)


def _told(story: Story, notification_id: str, players: Players) -> Told:
    received = [one for one in players.partners.received(story.path) if one.headers["webhook-id"] == notification_id]
    return Told(story, players.stage.api("operator").notification(notification_id), received)
