"""The check of the API keys: operators' keys that nobody uses any more."""

from collections.abc import Iterator

from herald.domain.api_key import IssuedKey, Role, day_of
from herald.domain.clock import DAY
from herald.languages.catalogue import N_
from herald.languages.message import Message, plural
from herald.store.key_table import KeyTable
from tools.doctor.finding import Finding, ok, warning
from tools.doctor.inspection import StackInspection

UNUSED_FOR = 90 * DAY
_KEYS = N_("keys")


def keys(inspection: StackInspection) -> Iterator[Finding]:
    """Whether each valid operator's key was made or used within 90 days: an unused one is a risk without a use."""
    valid = [one for one in KeyTable(inspection.deployed["KeyTable"]).all() if one.is_valid(inspection.now)]
    unused = sorted((one for one in valid if _is_unused(one, inspection.now)), key=lambda one: one.key_id)
    for one in unused:
        whose = {"id": one.key_id, "name": one.key.name}
        seen = Message("the operator's key {id} of {name} has no use noted for 90 days", **whose)
        remedy = Message('unless somebody needs it: herald keys revoke {id} --reason "unused"', **whose)
        yield warning(_KEYS, seen, remedy)
    if not unused:
        yield ok(_KEYS, _in_use(len(valid)))


def _in_use(count: int) -> Message:
    return plural(
        "{count} valid key, each operator's in use", "{count} valid keys, each operator's in use", count=count
    )


def _is_unused(one: IssuedKey, now: int) -> bool:
    since = now - UNUSED_FOR
    recent = (one.created_at or 0) > since or (one.last_used_on or "") > day_of(since)
    return one.key.role is Role.OPERATOR and not recent
