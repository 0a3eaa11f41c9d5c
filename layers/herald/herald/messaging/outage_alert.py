"""The alert about a partner whose server does not answer, and the same in an alert about failed notifications."""

from herald.domain.breakers.breaker import probe_wait
from herald.domain.clock import SECOND, iso
from herald.domain.partner import Partner
from herald.languages.language import Language
from herald.languages.message import Message, plural
from herald.runtime.visible import visible


def outage_subject(partner: Partner) -> str:
    """One line of printable ASCII, less than 100 characters (SNS's rules)."""
    return f"Herald: the server of partner {partner.partner_id} does not answer"[:99]


def outage_text(partner: Partner, language: Language, console_url: str = "") -> str:
    """The message of an alert about an open breaker, with a link to the partner where there is a console."""
    who = Message("{name} (partner {partner_id}):", name=visible(partner.name), partner_id=partner.partner_id)
    what = Message(
        "What to do: ask the partner to repair it. When its server answers, Herald sends what waits by itself."
    )
    return "\n".join(
        (
            who.in_language(language),
            *outage_lines(partner, language),
            "",
            what.in_language(language),
            *([f"  {console_url}/partners/{partner.partner_id}"] if console_url else []),
            f"  herald partners show {partner.partner_id}",
            f'  herald partners probe {partner.partner_id} --reason "…"',
        )
    )


def outage_lines(partner: Partner, language: Language) -> list[str]:
    """Since when its server does not answer, how often it is probed, how many wait; nothing without an open breaker."""
    breaker = partner.breaker
    since = breaker.unanswered_since or breaker.opened_at
    if not breaker.is_open or since is None:
        return []
    lines = [
        Message("Its server stopped answering at {since:moment}.", since=iso(since)),
        Message("One attempt is made every {seconds} seconds.", seconds=probe_wait(breaker.probes) // SECOND),
    ]
    if breaker.waiting is not None:
        lines.append(
            plural(
                "{count:,} notification is held back.", "{count:,} notifications are held back.", count=breaker.waiting
            )
        )
    return [line.in_language(language) for line in lines]
