"""What a soak found, in words: its figures, and the story of each notification that broke a rule."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from herald.domain.clock import iso
from tools.prove.books.balance import broken_by
from tools.prove.books.evidence import Post, Violation
from tools.prove.faulty_aws.faults import TOOK_EFFECT
from tools.prove.journal import Journal, What, story
from tools.prove.soak import SHOWN, Ran

_LISTED: Final = 5  # violations of each rule
_BEFORE, _AFTER = 5_000, 5_000  # ms around the POSTs of a story


def figures(ran: Ran) -> dict[str, str]:
    """The figures by their names, in the order in which they are read."""
    books, journal = ran.books, ran.journal
    return {
        "seed, minutes, first attempt": f"{ran.plan.seed}, {ran.plan.minutes:g}, `{ran.plan.first_attempt}`",
        "submissions accepted": f"{books.accepted:,}",
        "told, by the partners' own record": f"{books.told:,}",
        "closed by people": f"{books.closed:,}",
        "failed: their ladder was climbed, or an open breaker held them for longer": f"{books.failed:,}",
        "**lost**": f"**{books.lost:,}**",
        "submissions without `success`, repeated": f"{ran.unknown:,}",
        "submissions of what had been accepted": f"{ran.again:,}",
        "POSTs": f"{books.posts:,}",
        "kills": _kills(ran.journal),
        "ended by the engine at their time limit": f"{len(journal.entries(What.TIME_LIMIT)):,}",
        "redundant POSTs, of these after a kill of a deliverer": f"{books.redundant:,}, {books.after_kills:,}",
        "resent within an attempt, the kept connection was closed": f"{books.resent:,}",
        "requests to AWS": f"{ran.requests:,}",
        "of which failed, took effect nevertheless": _faults(journal),
        "messages copied, purges": f"{len(journal.entries(What.MESSAGE)):,}, {len(journal.entries(What.PURGE)):,}",
        "polls, that failed": _polls(ran),
        "decisions of operators, answered": _decisions(ran),
        "waits compared with their rungs": f"{books.waits:,}",
        "the least of them, beside its rung": "none" if books.least_spare is None else f"{books.least_spare:+,} ms",
        "the least in the log, beside its rung": "none"
        if books.least_logged is None
        else f"{books.least_logged:+,} ms",
        "from the last fault until nothing waited": f"{ran.ended_after:.0f} s" if ran.ended else "never",
        "rules broken": f"{len(books.violations):,}",
    }


def findings(ran: Ran) -> Iterator[str]:
    """Each rule that was broken, and the stories of the first notifications."""
    by_rule: defaultdict[str, list[Violation]] = defaultdict(list)
    for violation in ran.books.violations:
        by_rule[violation.rule].append(violation)
    for rule, broken in by_rule.items():
        yield f"{rule}: {len(broken)}"
        yield from (f"  {one.detail} ({one.id or 'the system'})" for one in broken[:_LISTED])
    for name in broken_by(ran.books)[:SHOWN]:
        yield ""
        yield from _story(ran, name)


def table(runs: Sequence[Mapping[str, str]]) -> list[str]:
    """The figures of several soaks as a table in Markdown."""
    names = list(runs[0])
    lines = [f"| {names[0]} | {' | '.join(run[names[0]] for run in runs)} |", f"|---|{'---|' * len(runs)}"]
    return lines + [f"| {name} | {' | '.join(run[name] for run in runs)} |" for name in names[1:]]


def _story(ran: Ran, name: str) -> Iterator[str]:
    yield f"The story of {name} (seed {ran.plan.seed}):"
    posts = ran.evidence.posts.get(name, ())
    events = [(post.at, _post(post)) for post in posts]
    accepted = ran.evidence.accepted.get(name)
    about = {name.rpartition("_")[2], str(accepted.partner_id) if accepted else ""}
    if accepted:
        events.append((accepted.at, f"{iso(accepted.at)} accepted"))
    since = min((at for at, _ in events), default=0) - _BEFORE
    until = max((at for at, _ in events), default=0) + _AFTER
    events += [(entry.at, str(entry)) for entry in story(ran.journal.entries(), about, since, until)]
    yield from (f"  {text}" for _, text in sorted(events))
    yield from (f"  {line}" for line in ran.shown.get(name, "").splitlines())


def _post(post: Post) -> str:
    answered = "no answer was handed over" if post.ended_at is None else f"answered at {iso(post.ended_at)}"
    said = ", `success`" if post.told else ""
    return f"{iso(post.at)} POST: round {post.round}, attempt {post.number}, {answered}{said}"


def _kills(journal: Journal) -> str:
    """By function, the most often killed first."""
    counts = Counter(one.kind.removesuffix("Function").lower() for one in journal.entries(What.KILL))
    return f"{counts.total():,}: " + ", ".join(f"{function} {count}" for function, count in counts.most_common())


def _faults(journal: Journal) -> str:
    faults = journal.entries(What.FAULT)
    effective = sum(any(one.kind.endswith(fault.value) for fault in TOOK_EFFECT) for one in faults)
    return f"{len(faults):,}, {effective:,}"


def _polls(ran: Ran) -> str:
    failed = sum(one.kind == "failed" for one in ran.journal.entries(What.POLL))
    return f"{ran.polls + failed:,}, {failed:,}"


def _decisions(ran: Ran) -> str:
    decisions = ran.evidence.decisions
    return f"{len(decisions):,}, {sum(one.answered_at is not None for one in decisions):,}"
