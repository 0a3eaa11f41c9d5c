"""The job that deletes what is stored of a partner (see `herald.domain.jobs.partner_deletion`)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from typing import Final, Protocol

from herald.domain.api_key import IssuedKey
from herald.domain.clock import SECOND, now
from herald.domain.decisions.decisions import delete_content
from herald.domain.jobs.job import PAGE
from herald.domain.jobs.partner_deletion import (
    PartnerDeletion,
    advance_deletion,
    complete_deletion,
    stay,
    what_remains,
)
from herald.domain.jobs.reindexing import Position
from herald.domain.notification import Notification, tag_with_job
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.store.encryption.secret_table import SecretTable
from herald.store.indexes.of_partner import PartnerPage
from herald.store.key_table import KeyConflict
from herald.store.limit_table import LimitTable
from herald.store.notification_table import NotificationConflict
from herald.store.partner_table import PartnerTable
from herald.store.sources.source_table import SourceTable
from herald.store.sources.suspension import suspend_sources_of

_AT_ONCE: Final = 8  # writes in parallel
_LOOKED_AT: Final = 500  # items in one request: at the job's rate a page takes 5 s, well within a worker's lease
_ALWAYS: Final = 0  # a moment before every expiry: what has expired may be stored for some days more


class EmptiedStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get_many(self, ids: Sequence[NotificationId], now: int, /) -> dict[NotificationId, Notification]:
        """Those that exist, by id."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class PartnerPages(Protocol):
    """The partner's notifications: `herald.store.indexes.of_partner.NotificationsOfPartner`."""

    def page(self, partner_id: int, after: Position | None, limit: int, /) -> PartnerPage:
        """Some of them behind the position."""


class PartnerKeys(Protocol):
    """The query keys: `herald.store.key_table.KeyTable`."""

    def of_partner(self, partner_id: int, /) -> list[IssuedKey]:
        """Those of the partner that are not revoked."""

    def revoke(self, one: IssuedKey, by: str, reason: str, now: int, /) -> IssuedKey:
        """Revokes it. Raises `KeyConflict`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerDeleter:
    """Empties the notifications of a partner at the job's rate, then its item."""

    pages: PartnerPages
    notifications: EmptiedStore
    partners: PartnerTable
    keys: PartnerKeys
    sources: SourceTable
    secrets: SecretTable
    limits: LimitTable
    retention_days: int
    pause: Callable[[float], None]  # seconds

    def next_page(self, job: PartnerDeletion) -> PartnerDeletion:
        """Waits until the next page is due, empties it, and returns the job after it."""
        wait = job.next_due_at - now()
        if wait > 0:
            self.pause(wait / SECOND)
        marked = self.partners.get(job.partner_id)
        if marked is None or marked.state is not ReviewState.DELETING:
            # A worker before this one stopped after the last write. The number may be registered anew since.
            return complete_deletion(job, 0, now())
        page = self.pages.page(job.partner_id, job.position, _LOOKED_AT)
        emptied = [one for ids in batched(page.ids, PAGE, strict=False) for one in self._empty_all(ids, job)]
        deleted = sum(emptied)
        if deleted < len(page.ids):
            return stay(job, deleted, now())
        if page.position is not None:
            return advance_deletion(job, page.position, deleted, now())
        self._finish(marked, job)
        return complete_deletion(job, deleted, now())

    def _empty_all(self, ids: Sequence[NotificationId], job: PartnerDeletion) -> list[bool]:
        """Of each whether its content is gone now."""
        stored = self.notifications.get_many(ids, _ALWAYS)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            return list(threads.map(lambda one: one not in stored or self._is_emptied(stored[one], job), ids))

    def _is_emptied(self, before: Notification, job: PartnerDeletion) -> bool:
        """False while an attempt is under way, or where somebody changed it."""
        if before.deleted_at is not None:
            return True
        if before.claim_until is not None and before.claim_until > now():
            return False
        after = delete_content(before, job.by, job.reason, now(), self.retention_days)
        try:
            self.notifications.save(before, tag_with_job(job.job_id, after))
        except NotificationConflict as conflict:
            return conflict.current is None or conflict.current.deleted_at is not None
        return True

    def _finish(self, marked: Partner, job: PartnerDeletion) -> None:
        """Revokes the query keys, then replaces the partner and its secrets by what remains, in one transaction.

        Its sources were suspended with the mark. A request that had read the partner before it may have registered or
        resumed one since; and a crash may have come between the mark and them.
        """
        suspend_sources_of(self.sources, job.partner_id, job.by, job.reason)
        for key in self.keys.of_partner(job.partner_id):
            self._revoke(key, job)
        also = [*self.secrets.deletions(job.partner_id, marked.headers), self.limits.deletion(job.partner_id)]
        self.partners.replace(marked, what_remains(marked, job, now()), also=also)

    def _revoke(self, key: IssuedKey, job: PartnerDeletion) -> None:
        try:
            self.keys.revoke(key, job.by, f"the partner was deleted: {job.reason}", now())
        except KeyConflict:
            return  # somebody else has revoked it
