"""A partner of the registry, its registration, and how it is changed. Pure; moments are ms since the epoch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from herald.domain.attempt import Outcome
from herald.domain.breakers.breaker import Breaker
from herald.domain.ladder import Ladder
from herald.domain.limits.extra_headers import change_headers
from herald.domain.review.entry_details import address_details, change_details
from herald.languages.message import Message
from herald.languages.reason import Reason
from herald.languages.refusal import Refusal

HISTORY_LIMIT = 50  # changes kept: an item has at most 400 KB (DynamoDB), and each attempt reads the whole item


class ReviewState(StrEnum):
    """Whether a partner may receive."""

    PENDING = "pending"  # no address is approved yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # an operator stopped it
    DELETING = "deleting"  # a job deletes what is stored of it
    DELETED = "deleted"  # only that is left; the number can be registered anew


class ReviewRefused(Refusal):
    """The state of the partner's review does not allow the action. The message is for the operator."""


class PartnerDeleted(ReviewRefused):
    """The partner's data is deleted, or being deleted, so it cannot be changed."""

    def __init__(self, partner_id: int) -> None:
        super().__init__(
            Message(
                "the data of partner {partner_id} is deleted or being deleted: nothing of it can be changed",
                partner_id=partner_id,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTest:
    """The last test of an address: the address and the outcome."""

    url: str
    outcome: Outcome
    internal: bool = False  # whether the address was tested as an internal one


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
    """A partner: its address, and whether it may receive.

    `secret`, `previous_secret` and the values of `headers` are set until the partner is stored, when they are encrypted
    in a table of their own. They are also set for partners that an older version stored, until somebody changes them.
    """

    partner_id: int
    name: str
    contact: str
    state: ReviewState
    secret: str | None = field(default=None, repr=False)
    version: int = 1  # grows by one with each change; the condition of the next write
    url: str | None = None  # approved
    proposed_url: str | None = None
    internal: bool = False  # the approved address is in the ranges of InternalCidrs, and may be nowhere else
    proposed_internal: bool = False  # the same of the proposed address, and of the next one to be proposed
    ladder: Ladder | None = None  # replaces the ladder of the stack
    timeout: int | None = None  # seconds for one attempt; replaces the stack's AttemptTimeout
    rate_per_second: int | None = None  # attempts at most
    concurrency: int | None = None  # POSTs at once at most, over all deliverers
    headers: Mapping[str, str | None] = field(default_factory=dict, repr=False)  # in each request; None: encrypted
    previous_secret: str | None = field(default=None, repr=False)
    previous_secret_until: int | None = None
    query_keys: tuple[str, ...] = ()  # hashes of the present query key and of the previous one, which is withdrawn
    last_test: EndpointTest | None = None
    history: tuple[PartnerEntry, ...] = ()
    alert_pending_at: int | None = None  # written only by `alert_throttle`, like the next two
    alerted_at: int | None = None
    alert_open: bool = False  # an alert was published, and no recovery since
    outage_alerted_at: int | None = None  # written only by `alert_throttle`
    breaker: Breaker = Breaker()  # noqa: RUF009 - immutable

    @property
    def is_registered(self) -> bool:
        """Whether notifications are accepted for it: its data is neither deleted nor being deleted."""
        return self.state not in {ReviewState.DELETING, ReviewState.DELETED}

    @property
    def may_receive(self) -> bool:
        """Whether notifications are sent to it now."""
        return self.state is ReviewState.ACTIVE and self.url is not None

    @property
    def is_spared(self) -> bool:
        """Whether its breaker is open, so that only probes are sent. One that may not receive has no probes."""
        return self.may_receive and self.breaker.is_open

    @property
    def has_secrets_in_clear(self) -> bool:
        """Whether secrets are set here, as an older version stored them."""
        headers = any(value is not None for value in self.headers.values())
        return headers or self.secret is not None or self.previous_secret is not None


def require_registered(partner: Partner) -> None:
    """Raises `PartnerDeleted`."""
    if not partner.is_registered:
        raise PartnerDeleted(partner.partner_id)


def register(new: Partner, by: str, now: int, *, deleted: Partner | None = None) -> Partner:
    """A new partner: pending until its proposed address is approved.

    `deleted` is what remains of an earlier partner with this number; its history says that it was deleted.
    """
    history, version = (deleted.history, deleted.version) if deleted else ((), 0)
    new = replace(new, state=ReviewState.PENDING, version=version, history=history)
    what = address_details(new.proposed_url, internal=new.proposed_internal)
    return change_partner(new, by, "create", Reason("registered"), now, what=what)


def search_text(text: str) -> str:
    """The text as searches compare it: without upper case, and full-width characters as half-width ones."""
    return normalize("NFKC", normalize("NFKC", text).casefold()).strip()


def is_found_by(partner: Partner, search: str) -> bool:
    """Whether the partner's name or number contains `search`, which is a `search_text`."""
    return search in search_text(partner.name) or search in str(partner.partner_id)


def update_partner(before: Partner, changes: dict[str, Any], by: str, reason: str, now: int) -> Partner:
    """Changes these attributes. A `proposed_url` leaves the approved address in use; `headers` has the changes of some.

    `proposed_internal` alone proposes the approved address once more where no other one is proposed: it is reviewed as
    a changed address is. Raises `HeaderRefused`.
    """
    what = change_details(changes)
    if "headers" in changes:
        changes = {**changes, "headers": change_headers(before.headers, changes["headers"])}
    return change_partner(before, by, "change", reason, now, what=what, **changes, **_proposal(before, changes))


def _proposal(before: Partner, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a change of the address, or of its mark as internal, changes besides."""
    if "proposed_url" in changes:
        withdrawn = changes["proposed_url"] is None and before.url is not None and "proposed_internal" not in changes
        return {"proposed_internal": before.internal} if withdrawn else {}
    if before.proposed_url is None and changes.get("proposed_internal", before.internal) != before.internal:
        return {"proposed_url": before.url}
    return {}


def change_partner(
    before: Partner,
    by: str,
    action: str,
    reason: str | Reason,
    now: int,
    *,
    what: str = "",
    **changes: Any,  # noqa: ANN401 - the arguments of `replace`
) -> Partner:
    """The next version of the partner with these attributes, and an entry in its history. Raises `PartnerDeleted`."""
    require_registered(before)
    reason = reason if isinstance(reason, Reason) else Reason.sentence(reason)
    entry = PartnerEntry(at=now, by=by, action=action, reason=reason, what=what)
    history = (*before.history, entry)[-HISTORY_LIMIT:]
    return replace(before, version=before.version + 1, history=history, **changes)
