"""Each change of a source, with its entry in the history. Pure; moments are ms since the epoch."""

from dataclasses import replace
from typing import Any

from herald.domain.clock import DAY, iso
from herald.domain.partner import HISTORY_LIMIT, PartnerEntry
from herald.domain.sources.source import Proof, Source, SourceState
from herald.languages.message import Message
from herald.languages.reason import Reason
from herald.languages.refusal import Refusal
from herald.languages.words import SOURCE_STATES

TOKEN_OVERLAP = DAY  # for which both tokens are accepted after a rotation


class SourceRefused(Refusal):
    """The state of the source does not allow the action. The message is for the operator."""


def register_source(new: Source, by: str, reason: str, now: int) -> Source:
    """A new source: active at once, because whoever registers it has reviewed it."""
    new = replace(new, state=SourceState.ACTIVE, version=0, created_at=now)
    return _change(new, by, "create", reason, now, what=_demands(new.proof))


def update_source(before: Source, changes: dict[str, Any], by: str, reason: str, now: int) -> Source:
    """Changes `name` and `proof`, those that are given."""
    parts = [f"name: {changes['name']}"] if "name" in changes else []
    parts += [_changed(before.proof, changes["proof"])] if "proof" in changes else []
    return _change(before, by, "change", reason, now, what="; ".join(parts), **changes)


def rotate_token(before: Source, token_hash: str, by: str, reason: str, now: int, *, force: bool = False) -> Source:
    """A new token; the present one stays valid for a day. Raises `SourceRefused` while an older one is still valid.

    `force` ends every token before the new one now, for example because one leaked.
    """
    until = before.previous_token_until or 0
    if force:
        ended: dict[str, Any] = {"previous_token_hash": None, "previous_token_until": None}
        return _change(before, by, "rotate token by force", reason, now, token_hash=token_hash, **ended)
    if now < until:
        raise SourceRefused(
            Message(
                "the token before the present one is still accepted until {until:moment}: rotate after that, or say "
                "`force`, which ends both now",
                until=iso(until),
            )
        )
    overlap: dict[str, Any] = {
        "previous_token_hash": before.token_hash,
        "previous_token_until": now + TOKEN_OVERLAP,
    }
    return _change(before, by, "rotate token", reason, now, token_hash=token_hash, **overlap)


def suspend_source(before: Source, by: str, reason: str, now: int) -> Source:
    """Nothing more is accepted from it. What was accepted is delivered. Raises `SourceRefused`."""
    if not before.is_active:
        raise SourceRefused(Message("cannot suspend: the source is {state:word}", state=SOURCE_STATES[before.state]))
    return _change(before, by, "suspend", reason, now, state=SourceState.SUSPENDED)


def resume_source(before: Source, by: str, reason: str, now: int) -> Source:
    """Its sender may submit again, with the same token. Raises `SourceRefused`."""
    if before.is_active:
        raise SourceRefused(Message("cannot resume: the source is {state:word}", state=SOURCE_STATES[before.state]))
    return _change(before, by, "resume", reason, now, state=SourceState.ACTIVE)


def _demands(proof: Proof) -> str:
    """What a history says of a proof; never a secret."""
    parts = [
        *(["signature"] if proof.webhook_secret else []),
        *([f"cidrs {' '.join(proof.cidrs)}"] if proof.cidrs else []),
        *([f"header {proof.header_name}"] if proof.header_name else []),
    ]
    return f"demands: {', '.join(parts) or 'none'}"


def _changed(before: Proof, after: Proof) -> str:
    """Likewise of a change; that a secret was replaced cannot be seen in what is demanded."""
    replaced = [
        *(["signature secret set"] if after.webhook_secret not in {None, before.webhook_secret} else []),
        *(["header value set"] if after.header_value not in {None, before.header_value} else []),
    ]
    return "; ".join([_demands(after), *replaced])


def _change(
    before: Source,
    by: str,
    action: str,
    reason: str,
    now: int,
    *,
    what: str = "",
    **changes: Any,  # noqa: ANN401 - the arguments of `replace`
) -> Source:
    entry = PartnerEntry(at=now, by=by, action=action, reason=Reason.sentence(reason), what=what)
    history = (*before.history, entry)[-HISTORY_LIMIT:]
    return replace(before, version=before.version + 1, history=history, **changes)
