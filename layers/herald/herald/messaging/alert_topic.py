"""AlertTopic: the SNS topic for alerts about partners whose notifications failed."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from herald.domain.attention import AttentionSummary
from herald.domain.clock import iso
from herald.domain.partner import Partner
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
    """The topic that operators subscribe to."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def publish(self, partner: Partner, failed: AttentionSummary) -> None:
        """Publishes an alert about one partner: how many failed, since when, why, and what to do."""
        client().publish(TopicArn=self._arn, Subject=subject(partner, failed), Message=text(partner, failed))

    def publish_recovery(self, partner: Partner) -> None:
        """Publishes that the partner has no failed notifications any more."""
        client().publish(TopicArn=self._arn, Subject=recovery_subject(partner), Message=recovery_text(partner))


def subject(partner: Partner, failed: AttentionSummary) -> str:
    """The subject: one line of printable ASCII, less than 100 characters (SNS's rules)."""
    line = f"Herald: {count(failed)} failed for partner {partner.partner_id}"
    return line[:_SUBJECT_LIMIT]


def text(partner: Partner, failed: AttentionSummary) -> str:
    """The message of an alert. The reason quotes the partner's response, so URLs in it are made not clickable."""
    noun = "notification" if failed.count == 1 else "notifications"
    name = visible(partner.name)
    return "\n".join(
        (
            f"{count(failed)} {noun} to {name} (partner {partner.partner_id}) failed: the ladder is exhausted.",
            f"The oldest failed at {iso(failed.oldest)}.",
            f"Mostly because: {unlinked(visible(str(failed.reason)))}",
            "",
            "What to do: ask the partner to repair it, then send again.",
            f"  herald failed --partner {partner.partner_id}",
            f'  herald jobs start redrive --partner {partner.partner_id} --reason "…"',
        )
    )


def recovery_subject(partner: Partner) -> str:
    """The subject, with the rules of `subject`."""
    return f"Herald: nothing is failed any more for partner {partner.partner_id}"[:_SUBJECT_LIMIT]


def recovery_text(partner: Partner) -> str:
    """The message of a recovery."""
    return (
        f"{visible(partner.name)} (partner {partner.partner_id}): all that had failed was redriven, delivered, "
        "resolved or cancelled. Nothing is left to do."
    )


def count(failed: AttentionSummary) -> str:
    """The count, or "more than" it when not all were counted."""
    return str(failed.count) if failed.complete else f"more than {failed.count}"
