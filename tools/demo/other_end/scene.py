"""Runs the fourth story: platform's Herald → partner's Herald → a shop system that is out of order for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event

from tools.common.two_ends import TwoEnds
from tools.common.waiting import wait_until
from tools.demo.environment import DemoEnvironment
from tools.demo.other_end.assertions import OtherEndResult
from tools.demo.other_end.story import COUNT, LADDER, ORDER, OUT_OF_ORDER, PARTNER, PARTNER_ID, SHOP, SHOP_ID, payload
from tools.demo.run_context import WITHIN, RunContext
from tools.demo.watchers import NotificationWatcher

PATH = "shop-system"  # on the sample server
NAMES: Mapping[str, str] = {PATH: SHOP}  # of the servers, for the timeline
APART = 1.5  # seconds between two redemptions, so that they arrive one after the other
ANSWERS_WITHIN = 10  # seconds, for the inbound address: this machine starts its function for the test
_THEIRS = "partner's Herald"


@dataclass(frozen=True, slots=True)
class _Scene:
    context: RunContext
    partner: DemoEnvironment
    ends: TwoEnds
    watcher: NotificationWatcher  # of the partner's stack

    def report(self, who: str, what: str, style: str = "") -> None:
        self.context.timeline.report(who, what, style)


def run_other_end(context: RunContext, partner: DemoEnvironment) -> OtherEndResult:
    """Runs it on the platform's stack and the partner's; returns how it ended. Raises `TooSlow`, `CliError`."""
    ends = TwoEnds(
        platform=context.environment.api("operator"),
        partner=partner.api("operator"),
        partner_id=PARTNER_ID,
        shop_id=SHOP_ID,
    )
    watcher = NotificationWatcher(ends.partner, context.timeline, _THEIRS)
    scene = _Scene(context, partner, ends, watcher)
    try:
        source_id = _connect(scene)
        return _travel(scene, source_id)
    finally:
        watcher.stop()


def _connect(scene: _Scene) -> str:
    """The registries of both stacks. The id of the source."""
    servers, ends = scene.context.partners, scene.ends
    servers.share_secret(PATH, ends.register_shop(f"{PARTNER}, {SHOP}", servers.url(PATH)))
    scene.report("their operator", f"enters the {SHOP}, tests it ({ends.approve_shop()['reason']}), approves it")
    source_id = ends.connect(PARTNER, timeout=ANSWERS_WITHIN)
    scene.report(
        "their operator", "registers the platform as a source: its inbound address takes what the platform signs"
    )
    scene.report("operator", f"{PARTNER}: entered with that inbound address; tests it")
    scene.report("operator", f"{PARTNER}: approved: {ends.approve_partner()['reason']}. The test is not passed on")
    return source_id


def _travel(scene: _Scene, source_id: str) -> OtherEndResult:
    servers, timeline = scene.context.partners, scene.context.timeline
    tests = servers.received(PATH)
    servers.configure(PATH, OUT_OF_ORDER)
    scene.report(SHOP, f"is out of order from now on: it answers {OUT_OF_ORDER}", "cyan")
    with timeline.busy("notifications travel through two Heralds"):
        ids = [_submit(scene, number, len(tests)) for number in range(1, COUNT + 1)]
        servers.configure(PATH, "200 success")
        scene.report(SHOP, f"is repaired; the partner's ladder is {LADDER}", "cyan")
        for one in scene.ends.received_by_partner(ORDER):
            scene.watcher.wait_for(one["id"], "delivered", WITHIN)
    return OtherEndResult(
        source_id=source_id,
        at_platform=[scene.ends.platform.notification(one) for one in ids],
        at_partner=[scene.ends.partner.notification(one["id"]) for one in scene.ends.received_by_partner(ORDER)],
        tests=tests,
        received=servers.received(PATH)[len(tests) :],
    )


def _submit(scene: _Scene, number: int, tests: int) -> str:
    """One redemption: accepted by the platform, told to the partner's Herald, refused by the shop system. Its id."""
    context = scene.context
    Event().wait(APART)
    sent = context.environment.api("publisher").send(payload(number))
    context.watcher.add(sent.notification_id, PARTNER)
    scene.report("publisher", f"submits snNotify of order {ORDER}, {number} of {COUNT} used: success")
    context.environment.poll()
    told = context.watcher.wait_for(sent.notification_id, "delivered", WITHIN)
    took = told["attempts"][-1]["durationMs"]
    scene.report(_THEIRS, f"has stored it and answered success after {took} ms", "green")
    stored = wait_until(lambda: scene.ends.received_by_partner(ORDER), lambda found: len(found) == number, WITHIN)
    scene.watcher.add(stored[-1]["id"], SHOP)
    wait_until(lambda: _asked(context, tests), lambda ids: stored[-1]["id"] in ids, WITHIN)
    return sent.notification_id


def _asked(context: RunContext, tests: int) -> set[str]:
    """The notifications about which the shop system was asked, and has answered."""
    return {one.headers["webhook-id"] for one in context.partners.received(PATH)[tests:] if one.answered_at}
