"""The audit report: how many accepted notifications are in each state, and each inconsistent notification."""

from collections import Counter
from dataclasses import dataclass, field

from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.languages.message import Message
from herald.store.attribute_values import Item
from herald.store.items.notification_item import from_item
from tools.audit.invariants import broken_keys, broken_rules, forgotten
from tools.common.sentence import Sentence

EXPIRED = "expired"  # it only waits for DynamoDB's clean-up, which may take days
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Damage:
    """One notification and one rule that it breaks."""

    notification: str
    rule: Sentence

    def as_json(self) -> dict[str, str]:
        """The damage as `--json` prints it; the rule in English for every reader: scripts compare it."""
        return {"notification": self.notification, "rule": str(self.rule)}


@dataclass
class AuditReport:
    """Counts item by item. `partners` are those in the registry; `bound` says how late anything may be (ms)."""

    now: int
    bound: int
    partners: frozenset[int]
    counts: Counter[str] = field(default_factory=Counter)
    damages: list[Damage] = field(default_factory=list)
    indexed: dict[str, Notification] = field(default_factory=dict)  # what has to stand in an index that moves it
    listed: Counter[str] = field(default_factory=Counter)  # how many have which key in the index `acceptance`
    unlisted: int = 0  # have none: stored by a version without that index

    @property
    def accepted(self) -> int:
        """All that is in the table."""
        return self.counts.total()

    @property
    def is_consistent(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damages

    def add(self, item: Item) -> None:
        """One item of NotificationTable."""
        try:
            one = from_item(item)
        except (KeyError, ValueError, TypeError) as fault:
            self.counts[UNREADABLE] += 1
            cause = f"{type(fault).__name__}: {fault}"
            readable = Message("it can be read ({fault})", fault=cause)
            self._note(f"{item['order_key']} {item['digest']}", [readable])
            return
        if one.expires_at is not None and one.expires_at <= self.now:
            self.counts[EXPIRED] += 1
            return
        self.counts[one.state.value] += 1
        self._add_to_lists(item)
        if one.lane is not None or one.since is not None:
            self.indexed[str(one.id)] = one
        self._note(str(one.id), [*broken_rules(one), *broken_keys(item, one), *self._about(one)])

    def add_missing(self, one: NotificationId, index: str) -> None:
        """It does not stand in an index in which it says that it stands."""
        self._note(str(one), [Message("it stands in the index `{index}`", index=index)])

    def table(self) -> dict[str, int]:
        """How many stand where; what was accepted is their sum."""
        order = [state.value for state in State] + [EXPIRED]
        found = {name: self.counts[name] for name in order}
        return {**found, UNREADABLE: self.counts[UNREADABLE]} if self.counts[UNREADABLE] else found

    def _add_to_lists(self, item: Item) -> None:
        if "accepted_on" in item:
            self.listed[item["accepted_on"]] += 1
        else:
            self.unlisted += 1

    def _about(self, one: Notification) -> list[Message]:
        known = one.id.partner_id in self.partners
        stranger = [] if known else [Message("partner {number} is in the registry", number=one.id.partner_id)]
        return [*forgotten(one, self.now, self.bound), *stranger]

    def _note(self, notification: str, rules: list[Message]) -> None:
        self.damages += [Damage(notification, rule) for rule in rules]
