"""A partner of the registry, and the review of its address. Pure; moments are ms since the epoch.

The manual: 此接口需審核 (the interface needs review). An address is used only after an operator approved it. A changed
address is reviewed again; until then the approved one stays in use.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from herald.domain.attempt import Outcome
from herald.domain.clock import DAY, iso
from herald.domain.ladder import Ladder
from herald.endpoint.host_review import with_ascii_form
from herald.languages.message import Message
from herald.languages.reason import Reason
from herald.languages.refusal import Refusal
from herald.languages.words import REVIEW_STATES

SECRET_OVERLAP = DAY  # for which both secrets sign after a rotation
HISTORY_LIMIT = 50  # changes kept: an item has at most 400 KB (DynamoDB), and each attempt reads the whole item


class ReviewState(StrEnum):
    """Whether a partner may receive."""

    PENDING = "pending"  # no address is approved yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # an operator stopped it


class ReviewRefused(Refusal):
    """The state of the partner's review does not allow the action. The message is for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTest:
    """The last test of an address: the address and the outcome."""

    url: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerEntry:
    """Who changed the partner, when, what and why."""

    at: int
    by: str
    action: str
    reason: Reason
    what: str = ""  # details, e.g. `url: https://partner.example/notify`; never a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A partner: its address, its secrets, and whether it may receive."""

    partner_id: int
    name: str
    contact: str
    state: ReviewState
    secret: str = field(repr=False)
    version: int = 1  # grows by one with each change; the condition of the next write
    url: str | None = None  # approved
    proposed_url: str | None = None
    ladder: Ladder | None = None  # replaces the ladder of the stack
    previous_secret: str | None = field(default=None, repr=False)
    previous_secret_until: int | None = None
    query_keys: tuple[str, ...] = ()  # hashes of the present query key and of the previous one, which is withdrawn
    last_test: EndpointTest | None = None
    history: tuple[PartnerEntry, ...] = ()
    alert_pending_at: int | None = None  # written only by `alert_throttle`, like the next two
    alerted_at: int | None = None
    alert_open: bool = False  # an alert was published, and no recovery since

    @property
    def may_receive(self) -> bool:
        """Whether notifications are sent to it now."""
        return self.state is ReviewState.ACTIVE and self.url is not None

    def signing_secrets(self, now: int) -> tuple[str, ...]:
        """The secrets to sign with: the present one, and the previous one while both are valid."""
        overlaps = self.previous_secret is not None and now < (self.previous_secret_until or 0)
        return (self.secret, self.previous_secret) if overlaps and self.previous_secret else (self.secret,)


def register(new: Partner, by: str, now: int) -> Partner:
    """A new partner: pending until its proposed address is approved."""
    new = replace(new, state=ReviewState.PENDING, version=0)
    return _change(new, by, "create", Reason("registered"), now, what=_address(new.proposed_url))


def search_text(text: str) -> str:
    """The text as searches compare it: without upper case, and full-width characters as half-width ones."""
    return normalize("NFKC", normalize("NFKC", text).casefold()).strip()


def is_found_by(partner: Partner, search: str) -> bool:
    """Whether the partner's name or number contains `search`, which is a `search_text`."""
    return search in search_text(partner.name) or search in str(partner.partner_id)


def update_partner(before: Partner, changes: dict[str, Any], by: str, reason: str, now: int) -> Partner:
    """Changes `name`, `contact`, `ladder` or `proposed_url`; the approved address stays in use."""
    what = "; ".join(_detail(name, value) for name, value in changes.items())
    return _change(before, by, "change", reason, now, what=what, **changes)


def with_test(before: Partner, test: EndpointTest, by: str, now: int) -> Partner:
    """Stores the result of a test."""
    return _change(before, by, "test", test.outcome.reason, now, what=_address(test.url), last_test=test)


def approve(before: Partner, by: str, reason: str, now: int, *, force: bool = False) -> Partner:
    """The proposed address becomes the approved one. Raises `ReviewRefused`."""
    if before.proposed_url is None:
        raise ReviewRefused(Message("nothing is proposed: set a new `url` first"))
    passed = _passed(before)
    if not passed and not force:
        raise ReviewRefused(
            Message(
                "the proposed address has not passed a test: POST /partners/{{partnerId}}/test first, or say `force`"
            )
        )
    state = ReviewState.SUSPENDED if before.state is ReviewState.SUSPENDED else ReviewState.ACTIVE
    after = replace(before, url=before.proposed_url, proposed_url=None, state=state)
    return _change(after, by, "approve" if passed else "approve by force", reason, now, what=_address(after.url))


def suspend(before: Partner, by: str, reason: str, now: int) -> Partner:
    """Stops sending: notifications that become due are held. Raises `ReviewRefused`."""
    if before.state is not ReviewState.ACTIVE:
        raise ReviewRefused(Message("cannot suspend: the partner is {state:word}", state=REVIEW_STATES[before.state]))
    return _change(before, by, "suspend", reason, now, state=ReviewState.SUSPENDED)


def resume(before: Partner, by: str, reason: str, now: int) -> Partner:
    """The partner may receive again; polls release the held notifications. Raises `ReviewRefused`."""
    if before.state is not ReviewState.SUSPENDED:
        raise ReviewRefused(Message("cannot resume: the partner is {state:word}", state=REVIEW_STATES[before.state]))
    state = ReviewState.ACTIVE if before.url else ReviewState.PENDING
    return _change(before, by, "resume", reason, now, state=state)


def rotate_secret(before: Partner, secret: str, by: str, reason: str, now: int, *, force: bool = False) -> Partner:
    """A new secret; the present one stays valid for a day. Raises `ReviewRefused` while an older one is still valid.

    `force` ends the older one now, for example because it leaked.
    """
    until = before.previous_secret_until or 0
    if now < until and not force:
        raise ReviewRefused(
            Message(
                "the secret before the present one still signs until {until:moment}: rotate after that, or say "
                "`force`, which ends it now",
                until=iso(until),
            )
        )
    overlap: dict[str, Any] = {"previous_secret": before.secret, "previous_secret_until": now + SECRET_OVERLAP}
    action = "rotate secret by force" if now < until else "rotate secret"
    return _change(before, by, action, reason, now, secret=secret, **overlap)


def rotate_query_key(before: Partner, key_hash: str, by: str, reason: str, now: int) -> Partner:
    """A new query key. The hash of the previous one is kept, so that its withdrawal can be retried."""
    return _change(before, by, "rotate query key", reason, now, query_keys=(key_hash, *before.query_keys[:1]))


def _passed(partner: Partner) -> bool:
    test = partner.last_test
    return test is not None and test.url == partner.proposed_url and test.outcome.delivered


def _detail(name: str, value: Any) -> str:  # noqa: ANN401 - the value of any field
    return _address(value) if name == "proposed_url" else f"{name}: {value or 'none'}"


def _address(url: str | None) -> str:
    return f"url: {with_ascii_form(url) if url else 'none'}"


def _change(
    before: Partner,
    by: str,
    action: str,
    reason: str | Reason,
    now: int,
    *,
    what: str = "",
    **changes: Any,  # noqa: ANN401 - the arguments of `replace`
) -> Partner:
    reason = reason if isinstance(reason, Reason) else Reason.sentence(reason)
    entry = PartnerEntry(at=now, by=by, action=action, reason=reason, what=what)
    history = (*before.history, entry)[-HISTORY_LIMIT:]
    return replace(before, version=before.version + 1, history=history, **changes)
