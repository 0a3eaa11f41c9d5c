"""The rules about POSTs, by the partners' own record. Pure; each gives its violations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from herald.domain.attempt import Attempt
from herald.domain.clock import SECOND
from tools.prove.books.evidence import Decision, Evidence, Post, Violation

# After a close was answered, an attempt that was claimed before may still begin: within a second of its claim without
# another look (`AT_ONCE` in functions/deliverer/delivery.py), and the machine is busy.
AFTER_A_CLOSE = 3 * SECOND
ARRIVAL = SECOND  # by so much later than it was sent may a server that shares the machine note a POST
HANDED_OVER = 250  # ms between Herald's end of an answer and the server's note of it

_CLOSES = ("resolve", "cancel")
_SIGNED = "each POST is signed with its partner's secret"


@dataclass(frozen=True, slots=True)
class Repetition:
    """A POST of an attempt that had been POSTed before."""

    first: Post
    again: Post
    # Within the same attempt, once, on a new connection, because the server had closed a kept one without a byte of an
    # answer (docs/decisions.md, "One resend on a stale connection").
    is_resent: bool


def repetitions(evidence: Evidence) -> list[Repetition]:
    """Each POST of an attempt that had been POSTed before, with the one before it."""
    return [
        one for posts in evidence.posts.values() for same in _by_attempt(posts).values() for one in _of(same, evidence)
    ]


def _of(same: Sequence[Post], evidence: Evidence) -> Iterator[Repetition]:
    is_resent = False
    for first, again in pairwise(same):
        is_resent = first.closed and not is_resent and again.at - first.at <= evidence.attempt_timeout
        yield Repetition(first, again, is_resent)


def unexplained_repetitions(evidence: Evidence) -> Iterator[Violation]:
    """One POST of an attempt, and one more for each kill of a deliverer or fault of a write between the two."""
    for one in repetitions(evidence):
        first, again = one.first, one.again
        causes = [*evidence.kills, *evidence.write_faults.get(first.id, ())]
        if not one.is_resent and not is_between(first, again, causes):
            yield Violation(
                "at most one redundant POST a kill",
                first.id,
                f"round {first.round}, attempt {first.number} came at {first.at} and {again.at}, with no kill between",
            )


def is_between(first: Post, again: Post, causes: Iterable[int]) -> bool:
    """Whether one of the moments (ms) is between these two POSTs."""
    return any(first.at - ARRIVAL <= cause <= again.at for cause in causes)


def posts_after_a_close(evidence: Evidence) -> Iterator[Violation]:
    """None once a close was answered, until somebody redrives it."""
    for close in evidence.decisions:
        if close.id is None or close.action not in _CLOSES or close.answered_at is None:
            continue
        until = reopened_at(evidence, close)
        for post in evidence.posts.get(close.id, ()):
            if close.answered_at + AFTER_A_CLOSE < post.at and (until is None or post.at < until):
                detail = f"{close.action} was answered at {close.answered_at}, a POST came at {post.at}"
                yield Violation("no POST after a close was answered", close.id, detail)


def reopened_at(evidence: Evidence, close: Decision) -> int | None:
    """When the first redrive was asked for that can have taken effect after this close; None where there is none."""
    if close.id is None or close.answered_at is None:
        raise ValueError("only a close of one notification that was answered can be looked at")
    later = [
        one.asked_at
        for one in evidence.decisions_on(close.id)
        if one.action == "redrive" and one.effective_until >= close.asked_at
    ]
    return min(later, default=None)


def short_waits(evidence: Evidence) -> Iterator[Violation]:
    """By the partner's clock no wait is shorter than its rung, except by what the functions' clocks are apart."""
    for before, after, rung in waits(evidence):
        ended = before.at if before.ended_at is None else before.ended_at
        if after.at - ended < rung - evidence.clocks_apart - HANDED_OVER:
            detail = f"{after.at - ended} ms before round {after.round}, attempt {after.number}, the rung is {rung} ms"
            yield Violation("no wait shorter than its rung", after.id, detail)


def waits(evidence: Evidence) -> Iterator[tuple[Post, Post, int]]:
    """The last POST of each attempt and the first of the next one, and the rung between them (ms).

    Not where a breaker's recovery may have brought the attempt forward, nor across the jump of the clocks.
    """
    for posts in evidence.posts.values():
        attempts = _by_attempt(posts)
        for (round_, number), those in attempts.items():
            after = attempts.get((round_, number + 1), ())
            rung = evidence.ladder.wait_after(number)
            if not after or rung is None or _is_exempt(evidence, those[0], after[0]):
                continue
            before = [post for post in those if post.at <= after[0].at]
            if before:
                yield before[-1], after[0], rung


def _is_exempt(evidence: Evidence, before: Post, after: Post) -> bool:
    accepted = evidence.accepted.get(after.id)
    opened_at = evidence.breaker_opened_at.get(accepted.partner_id) if accepted else None
    jumped = evidence.jumped_at is not None and before.at <= evidence.jumped_at <= after.at
    return jumped or (opened_at is not None and opened_at <= after.at)


def short_waits_in_the_log(evidence: Evidence) -> Iterator[Violation]:
    """By the log of attempts, whose moments are those of the functions' own clocks, exactly."""
    for name, after, wait, rung in logged_waits(evidence):
        if wait < rung:
            detail = f"{wait} ms before round {after.round}, attempt {after.number} in the log, the rung is {rung} ms"
            yield Violation("no wait shorter than its rung", name, detail)


def logged_waits(evidence: Evidence) -> Iterator[tuple[str, Attempt, int, int]]:
    """Of each attempt in a log that follows another one: whose it is, itself, the wait before it, its rung (ms)."""
    for name, one in evidence.stored.items():
        opened_at = evidence.breaker_opened_at.get(one.id.partner_id)
        for before, after in pairwise(one.attempts):
            rung = evidence.ladder.wait_after(before.number)
            follows = (before.round, before.number + 1) == (after.round, after.number)
            if follows and rung is not None and (opened_at is None or after.outcome.at < opened_at):
                yield name, after, after.outcome.at - before.outcome.ended_at, rung


def long_ladders(evidence: Evidence) -> Iterator[Violation]:
    """No round has an attempt beyond the end of the ladder."""
    last = len(evidence.ladder.waits) + 1
    for name, posts in evidence.posts.items():
        beyond = {(post.round, post.number) for post in posts if not 1 <= post.number <= last}
        for round_, number in sorted(beyond):
            yield Violation("no ladder longer", name, f"round {round_} has an attempt {number}, the last is {last}")


def changed_bodies(evidence: Evidence) -> Iterator[Violation]:
    """Each POST has the bytes that were accepted."""
    for name, posts in evidence.posts.items():
        accepted = evidence.accepted.get(name)
        if accepted and any(post.body != accepted.payload for post in posts):
            yield Violation("the bytes that were accepted", name, "a POST has other bytes than the submission")


def posts_to_others(evidence: Evidence) -> Iterator[Violation]:
    """Each POST comes to the server of its own partner: one that comes to another one's tells the wrong partner."""
    for name, posts in evidence.posts.items():
        accepted = evidence.accepted.get(name)
        others = {post.partner_id for post in posts} - {accepted.partner_id} if accepted else ()
        for other in sorted(others):
            yield Violation("only its own partner is told", name, f"a POST came to the server of partner {other}")


def wrong_signatures(evidence: Evidence) -> Iterator[Violation]:
    """Each POST is signed with its partner's secret, at the moment at which it is sent.

    By the functions' clocks, which are far ahead from the jump on.
    """
    most = evidence.clocks_apart + evidence.attempt_timeout + SECOND  # a timestamp has whole seconds
    for name, posts in evidence.posts.items():
        for post in posts:
            if post.signed_at is None:
                yield Violation(_SIGNED, name, f"that of the POST at {post.at} is none of its partner's secret")
            elif abs(post.at - post.signed_at) > most and not _is_after_the_jump(evidence, post):
                yield Violation(_SIGNED, name, f"the POST at {post.at} is signed as of {post.signed_at}")


def _is_after_the_jump(evidence: Evidence, post: Post) -> bool:
    return evidence.jumped_at is not None and evidence.jumped_at - ARRIVAL <= post.at


def _by_attempt(posts: Sequence[Post]) -> dict[tuple[int, int], list[Post]]:
    found: defaultdict[tuple[int, int], list[Post]] = defaultdict(list)
    for post in posts:
        found[post.round, post.number].append(post)
    return dict(found)
