"""The books of a soak: accepted = told + closed by people + failed, and every rule that was broken. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from herald.domain.attempt import Verdict
from herald.domain.notification import Notification
from herald.domain.transitions import Action, State
from tools.prove.books.evidence import Decision, Evidence, Violation
from tools.prove.books.post_rules import (
    changed_bodies,
    is_between,
    logged_waits,
    long_ladders,
    posts_after_a_close,
    posts_to_others,
    reopened_at,
    repetitions,
    short_waits,
    short_waits_in_the_log,
    unexplained_repetitions,
    waits,
    wrong_signatures,
)

_STATE_OF = {"resolve": State.RESOLVED, "cancel": State.CANCELLED}
_ACTION_OF = {state: action for action, state in _STATE_OF.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The figures, and what is wrong. `accepted` is the sum of the four after it."""

    accepted: int
    told: int  # delivered, and the partner's own record has its `success`
    closed: int  # by people
    failed: int
    lost: int  # anything else
    posts: int
    redundant: int  # POSTs of an attempt that had been POSTed before
    after_kills: int  # of these, those with a kill of a deliverer between
    resent: int  # within one attempt, on a new connection
    waits: int  # that were compared with their rungs
    least_spare: int | None  # ms: the smallest wait beside its rung; negative within what the clocks differ
    least_logged: int | None  # the same by the log of attempts, where each moment is that of its own function's clock
    violations: tuple[Violation, ...]


def balance(evidence: Evidence) -> Books:
    """Judges a soak."""
    flaws = {name: flaw_of(evidence, name) for name in evidence.accepted}
    ends = Counter(evidence.stored[name].state for name, flaw in flaws.items() if flaw is None)
    redundant = [one for one in repetitions(evidence) if not one.is_resent]
    compared = [
        after.at - (before.at if before.ended_at is None else before.ended_at) - rung
        for before, after, rung in waits(evidence)
    ]
    return Books(
        accepted=len(evidence.accepted),
        told=ends[State.DELIVERED],
        closed=sum(ends[state] for state in _ACTION_OF),
        failed=ends[State.FAILED],
        lost=len(flaws) - ends.total(),
        posts=sum(map(len, evidence.posts.values())),
        redundant=len(redundant),
        after_kills=sum(is_between(one.first, one.again, evidence.kills) for one in redundant),
        resent=len(repetitions(evidence)) - len(redundant),
        waits=len(compared),
        least_spare=min(compared, default=None),
        least_logged=min((wait - rung for _, _, wait, rung in logged_waits(evidence)), default=None),
        violations=tuple(violations(evidence)),
    )


def broken_by(books: Books) -> list[str]:
    """The notifications that broke a rule, each once; first the first one of each rule."""
    of_one = [one for one in books.violations if one.id is not None]
    first = {one.rule: one.id for one in reversed(of_one)}
    return list(dict.fromkeys(one for one in (*reversed(first.values()), *(one.id for one in of_one)) if one))


def violations(evidence: Evidence) -> Iterator[Violation]:
    """Everything that broke a rule."""
    for rule in (
        lost,
        reopened_without_a_redrive,
        unexplained_repetitions,
        posts_after_a_close,
        short_waits,
        short_waits_in_the_log,
        long_ladders,
        changed_bodies,
        posts_to_others,
        wrong_signatures,
        whole_system,
    ):
        yield from rule(evidence)


def lost(evidence: Evidence) -> Iterator[Violation]:
    """Each accepted notification has come to an end that the partner's record or people's decisions confirm."""
    for name in evidence.accepted:
        if (flaw := flaw_of(evidence, name)) is not None:
            yield Violation("accepted = told + closed by people + failed", name, flaw)


def flaw_of(evidence: Evidence, name: str) -> str | None:
    """Why the end of an accepted notification is not confirmed; None where it is."""
    stored = evidence.stored.get(name)
    if stored is None:
        return "it was accepted and is not stored"
    if stored.payload.encode() != evidence.accepted[name].payload:
        return "what is stored is not what was accepted"
    if stored.state is State.DELIVERED:
        return None if _was_told(evidence, name) else "it is delivered, but the partner never answered success"
    if stored.state in _ACTION_OF:
        asked = _asked_for(evidence, name, _ACTION_OF[stored.state])
        return None if asked else f"it is {stored.state.value}, and nobody asked for that"
    if stored.state is State.FAILED:
        return _flaw_of_failed(evidence, name, stored)
    return f"it is still {stored.state.value}"


def _flaw_of_failed(evidence: Evidence, name: str, stored: Notification) -> str | None:
    """A failed one has climbed its whole ladder by the partner's record, or Herald says why it could not.

    Where the partner's breaker was open, it may have been held back for longer than its ladder takes.
    """
    if stored.id.partner_id in evidence.breaker_opened_at and _was_held_back(stored):
        return None
    seen = {post.number for post in evidence.posts.get(name, ()) if post.round == stored.round}
    without_post = {
        one.number
        for one in stored.attempts
        if one.round == stored.round and one.outcome.verdict in {Verdict.OUR_FAULT, Verdict.NOT_CONNECTED}
    }
    missing = set(range(1, len(evidence.ladder.waits) + 2)) - seen - without_post
    return f"it failed, but its partner has no POST of attempts {sorted(missing)}" if missing else None


def _was_held_back(stored: Notification) -> bool:
    return any(entry.action == Action.EXHAUST.value for entry in stored.history[-1:])


def reopened_without_a_redrive(evidence: Evidence) -> Iterator[Violation]:
    """What a person closed stays closed, unless a person redrives it."""
    for name in {one.id for one in evidence.decisions if one.id is not None}:
        close = _last_answered_close(evidence, name)
        stored = evidence.stored.get(name)
        if close is None or stored is None or reopened_at(evidence, close) is not None:
            continue
        allowed = {_STATE_OF[one.action] for one in evidence.decisions_on(name) if one.action in _STATE_OF}
        if stored.state not in allowed:
            detail = f"{close.action} was answered at {close.answered_at}, and it is {stored.state.value}"
            yield Violation("what people closed stays closed", name, detail)


def whole_system(evidence: Evidence) -> Iterator[Violation]:
    """No poison, and an audit without a finding."""
    for queue, count in evidence.poison.items():
        if count:
            yield Violation("queues of poison are empty", None, f"{queue} has {count}")
    for name, damage in evidence.damages:
        yield Violation("herald audit is clean", name, damage)


def _last_answered_close(evidence: Evidence, name: str) -> Decision | None:
    closes = [one for one in evidence.decisions_on(name) if one.action in _STATE_OF and one.answered_at is not None]
    return max(closes, key=lambda one: one.answered_at or 0, default=None)


def _asked_for(evidence: Evidence, name: str, action: str) -> bool:
    partner_id = evidence.accepted[name].partner_id
    return any(one.action == action for one in evidence.decisions_on(name)) or bool(
        evidence.jobs_of(partner_id, action)
    )


def _was_told(evidence: Evidence, name: str) -> bool:
    partner_id = evidence.accepted[name].partner_id
    return any(post.told and post.partner_id == partner_id for post in evidence.posts.get(name, ()))
