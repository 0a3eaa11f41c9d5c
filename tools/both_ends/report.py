"""What a run says at its end."""

from collections import Counter
from collections.abc import Iterator

from tools.both_ends.books import SUCCESS, violations
from tools.both_ends.run import Outcome


def figures(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The figures of a run, each with its name."""
    books = outcome.books
    answers = Counter(one.answer for one in books.received)
    refused = sum(count for answer, count in answers.items() if answer != SUCCESS)
    yield "submitted, and accepted by the platform", str(len(books.submitted))
    killed = (f"{count} of the {one.stack}'s {one.function}" for one, count in outcome.killed.items())
    yield "processes killed", ", ".join(killed)
    yield "submitted again by a publisher that was not answered `success`", str(outcome.repeats_of_publishers)
    yield "attempts of the platform at the inbound address that are settled", str(outcome.attempts_of_platform)
    yield "repeats of the platform that the inbound function recognised", str(outcome.repeats_recognised)
    yield "notifications that the partner's stack stored", str(outcome.stored_by_partner)
    yield "requests to the shop system: acknowledged, refused", f"{answers[SUCCESS]}, {refused}"
    yield "acknowledged by the shop system, each under one `webhook-id`", str(len(_acknowledged(outcome)))
    yield "sent again although acknowledged, with the same `webhook-id`", str(books.repeated)
    yield "from the first submission to the last acknowledgement", f"{outcome.seconds:.0f} s"
    for stack, audit in books.audits.items():
        yield f"`herald audit` of {stack}", f"{dict(audit.states)}, {len(audit.damages)} damages"


def wrong(outcome: Outcome) -> list[str]:
    """What is not as it has to be; a kill that did not come about proves nothing."""
    missed = [
        f"no process of the {one.stack}'s {one.function} was killed" for one, n in outcome.killed.items() if not n
    ]
    return missed + list(violations(outcome.books))


def _acknowledged(outcome: Outcome) -> set[str]:
    return {one.headers["webhook-id"] for one in outcome.books.received if one.answer == SUCCESS}
