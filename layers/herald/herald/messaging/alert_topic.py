"""AlertTopic: the SNS topic for alerts about partners whose notifications failed.

A message is in the language of the topic. A subject is in English in every language: SNS allows only ASCII there.
"""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from herald.domain.clock import iso
from herald.domain.lists.attention import AttentionSummary
from herald.domain.partner import Partner
from herald.languages.language import Language
from herald.languages.message import Message, plural
from herald.languages.reason import Reason
from herald.messaging.outage_alert import outage_lines, outage_subject, outage_text
from herald.runtime.unlinked import unlinked
from herald.runtime.visible import visible

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_SUBJECT_LIMIT = 99  # characters: SNS allows less than 100
_CONFIG = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


@cache
def client() -> "SNSClient":
    """The client, reused between invocations."""
    return boto3.client("sns", config=_CONFIG)


class AlertTopic:
    """The topic that operators subscribe to, the language in which they read, and the address of their console."""

    def __init__(self, arn: str, language: Language = Language.ENGLISH, console_url: str = "") -> None:
        self._arn = arn
        self._language = language
        self._console_url = console_url

    def publish(self, partner: Partner, failed: AttentionSummary) -> None:
        """Publishes an alert about one partner: how many failed, since when, why, and what to do."""
        self._send(subject(partner, failed), text(partner, failed, self._language, self._console_url))

    def publish_recovery(self, partner: Partner) -> None:
        """Publishes that the partner has no failed notifications any more."""
        self._send(recovery_subject(partner), recovery_text(partner, self._language))

    def publish_outage(self, partner: Partner) -> None:
        """Publishes that the partner's server does not answer, and what happens until it does."""
        self._send(outage_subject(partner), outage_text(partner, self._language, self._console_url))

    def _send(self, line: str, message: str) -> None:
        client().publish(TopicArn=self._arn, Subject=line, Message=message)


def subject(partner: Partner, failed: AttentionSummary) -> str:
    """The subject: one line of printable ASCII, less than 100 characters (SNS's rules)."""
    number = str(failed.count) if failed.complete else f"more than {failed.count}"
    line = f"Herald: {number} failed for partner {partner.partner_id}"
    return line[:_SUBJECT_LIMIT]


def text(partner: Partner, failed: AttentionSummary, language: Language, console_url: str = "") -> str:
    """The message of an alert, with a link to the partner's failed notifications where there is a console."""
    sentences = (
        _how_many(partner, failed),
        Message("The oldest failed at {oldest:moment}.", oldest=iso(failed.oldest)),
        Message("Mostly because: {reason}", reason=harmless(failed.reason)),
    )
    return "\n".join(
        (
            *(sentence.in_language(language) for sentence in sentences),
            *outage_lines(partner, language),
            "",
            Message("What to do: ask the partner to repair it, then send again.").in_language(language),
            *([f"  {console_url}/failed/{partner.partner_id}"] if console_url else []),
            f"  herald failed --partner {partner.partner_id}",
            f'  herald jobs start redrive --partner {partner.partner_id} --reason "…"',
        )
    )


def _how_many(partner: Partner, failed: AttentionSummary) -> Message:
    of = {"name": visible(partner.name), "partner_id": partner.partner_id}
    if not failed.complete:
        return Message(
            "more than {count} notifications to {name} (partner {partner_id}) failed: the ladder is exhausted.",
            count=failed.count,
            **of,
        )
    return plural(
        "{count} notification to {name} (partner {partner_id}) failed: the ladder is exhausted.",
        "{count} notifications to {name} (partner {partner_id}) failed: the ladder is exhausted.",
        count=failed.count,
        **of,
    )


def harmless(reason: Reason) -> Reason:
    """The reason without what may mislead in a mail: it quotes the partner's response, which may have URLs.

    Only the values: the full stop of a Chinese sentence looks like one of a host name.
    """
    values = {
        name: unlinked(visible(value)) if isinstance(value, str) else value for name, value in reason.values.items()
    }
    return Reason(reason.code, values, tuple(harmless(other) for other in reason.also))


def recovery_subject(partner: Partner) -> str:
    """The subject, with the rules of `subject`."""
    return f"Herald: nothing is failed any more for partner {partner.partner_id}"[:_SUBJECT_LIMIT]


def recovery_text(partner: Partner, language: Language) -> str:
    """The message of a recovery."""
    return Message(
        "{name} (partner {partner_id}): all that had failed was redriven, delivered, resolved or cancelled. "
        "Nothing is left to do.",
        name=visible(partner.name),
        partner_id=partner.partner_id,
    ).in_language(language)
