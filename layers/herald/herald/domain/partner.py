"""A partner of the registry, and the review of its address. Pure; moments are ms since the epoch.

The manual: 此接口需審核 (the interface needs review). An address is used only after an operator approved it; a
changed one is reviewed again while the approved one serves on.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from herald.domain.attempt import Outcome
from herald.domain.clock import DAY, iso
from herald.domain.ladder import Ladder
from herald.endpoint.host_review import with_ascii_form

SECRET_OVERLAP = DAY  # so long both secrets sign, after a rotation
HISTORY_LIMIT = 50  # changes kept: an item holds 400 KB (DynamoDB limit), and each attempt reads the whole of it


class ReviewState(StrEnum):
    """Whether a partner may receive."""

    PENDING = "pending"  # no address has been approved yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # an operator stopped it


class ReviewRefused(Exception):
    """The partner's review does not allow it now. The text is for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTest:
    """The last test of an address: which one, and what came of it."""

    url: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerEntry:
    """Who changed the partner, when, what and why."""

    at: int
    by: str
    action: str
    reason: str
    what: str = ""  # the particulars, e.g. `url: https://partner.example/notify`; never a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who is told, where, and whether it may be told now."""

    partner_id: int
    name: str
    contact: str
    state: ReviewState
    secret: str = field(repr=False)
    version: int = 1  # grows with each change; a write names the one it saw
    url: str | None = None  # approved
    proposed_url: str | None = None
    ladder: Ladder | None = None  # its own, instead of the stack's
    previous_secret: str | None = field(default=None, repr=False)
    previous_secret_until: int | None = None
    query_keys: tuple[str, ...] = ()  # hashes: of the present query key, and of the one before it, which is withdrawn
    last_test: EndpointTest | None = None
    history: tuple[PartnerEntry, ...] = ()
    alert_pending_at: int | None = None  # written by `partner_alerts` only, as is the next one
    alerted_at: int | None = None
    alert_open: bool = False  # people were told of failures, and not yet that nothing is failed any more

    @property
    def may_receive(self) -> bool:
        """Whether notifications are sent to it now."""
        return self.state is ReviewState.ACTIVE and self.url is not None

    def signing_secrets(self, now: int) -> tuple[str, ...]:
        """The secrets to sign with: the present one, and the one before it while it overlaps."""
        overlaps = self.previous_secret is not None and now < (self.previous_secret_until or 0)
        return (self.secret, self.previous_secret) if overlaps and self.previous_secret else (self.secret,)


def register(new: Partner, by: str, now: int) -> Partner:
    """A new partner as it is first stored: pending until its proposed address is approved."""
    new = replace(new, state=ReviewState.PENDING, version=0)
    return _change(new, by, "create", "registered", now, what=_address(new.proposed_url))


def update_partner(before: Partner, changes: dict[str, Any], by: str, reason: str, now: int) -> Partner:
    """Other particulars: `name`, `contact`, `ladder`, `proposed_url` (the approved address serves on)."""
    what = "; ".join(_particular(name, value) for name, value in changes.items())
    return _change(before, by, "change", reason, now, what=what, **changes)


def with_test(before: Partner, test: EndpointTest, by: str, now: int) -> Partner:
    """The result of a test, whatever it is."""
    return _change(before, by, "test", test.outcome.reason, now, what=_address(test.url), last_test=test)


def approve(before: Partner, by: str, reason: str, now: int, *, force: bool = False) -> Partner:
    """The proposed address becomes the one that is used. Raises `ReviewRefused`."""
    if before.proposed_url is None:
        raise ReviewRefused("nothing is proposed: set a new `url` first")
    passed = _passed(before)
    if not passed and not force:
        raise ReviewRefused(
            "the proposed address has not passed a test: POST /partners/{partnerId}/test first, or say `force`"
        )
    state = ReviewState.SUSPENDED if before.state is ReviewState.SUSPENDED else ReviewState.ACTIVE
    after = replace(before, url=before.proposed_url, proposed_url=None, state=state)
    return _change(after, by, "approve" if passed else "approve by force", reason, now, what=_address(after.url))


def suspend(before: Partner, by: str, reason: str, now: int) -> Partner:
    """Nothing is sent to it any more; what falls due is held. Raises `ReviewRefused`."""
    if before.state is not ReviewState.ACTIVE:
        raise ReviewRefused(f"cannot suspend: the partner is {before.state.value}")
    return _change(before, by, "suspend", reason, now, state=ReviewState.SUSPENDED)


def resume(before: Partner, by: str, reason: str, now: int) -> Partner:
    """It may receive again; the polls release what was held. Raises `ReviewRefused`."""
    if before.state is not ReviewState.SUSPENDED:
        raise ReviewRefused(f"cannot resume: the partner is {before.state.value}")
    state = ReviewState.ACTIVE if before.url else ReviewState.PENDING
    return _change(before, by, "resume", reason, now, state=state)


def rotate_secret(before: Partner, secret: str, by: str, reason: str, now: int, *, force: bool = False) -> Partner:
    """A new secret; the present one signs beside it for a day. Raises `ReviewRefused` while an older one still does.

    `force` ends the older one now: what is leaked must not wait.
    """
    until = before.previous_secret_until or 0
    if now < until and not force:
        raise ReviewRefused(
            f"the secret before the present one still signs until {iso(until)}: rotate after that, or say `force`, "
            "which ends it now"
        )
    overlap: dict[str, Any] = {"previous_secret": before.secret, "previous_secret_until": now + SECRET_OVERLAP}
    action = "rotate secret by force" if now < until else "rotate secret"
    return _change(before, by, action, reason, now, secret=secret, **overlap)


def rotate_query_key(before: Partner, key_hash: str, by: str, reason: str, now: int) -> Partner:
    """Another query key. The hash of the one before it stays noted, so that its withdrawal can be repeated."""
    return _change(before, by, "rotate query key", reason, now, query_keys=(key_hash, *before.query_keys[:1]))


def _passed(partner: Partner) -> bool:
    test = partner.last_test
    return test is not None and test.url == partner.proposed_url and test.outcome.delivered


def _particular(name: str, value: Any) -> str:  # noqa: ANN401 - of any field
    return _address(value) if name == "proposed_url" else f"{name}: {value or 'none'}"


def _address(url: str | None) -> str:
    return f"url: {with_ascii_form(url) if url else 'none'}"


def _change(
    before: Partner,
    by: str,
    action: str,
    reason: str,
    now: int,
    *,
    what: str = "",
    **changes: Any,  # noqa: ANN401 - as for `replace`
) -> Partner:
    entry = PartnerEntry(at=now, by=by, action=action, reason=reason, what=what)
    history = (*before.history, entry)[-HISTORY_LIMIT:]
    return replace(before, version=before.version + 1, history=history, **changes)
