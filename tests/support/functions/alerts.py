"""What the tests of the dead-letter function share."""

import json

from dead_letter import app
from herald.domain.notification import Notification
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.runtime.settings import get_settings
from tests.support.aws.aws_stack import Aws
from tests.support.functions.dispatcher import partners, stands

VISIBILITY = 182  # s: then a message that was not deleted is visible again


def fail(*those: Notification) -> None:
    """They fail now, and the deliverer sends their dead letters."""
    stands(*those)
    DeadLetterQueue(queue_url()).send(one.due for one in those)


def queue_url() -> str:
    return str(get_settings().dead_letter_queue_url)


def tell(aws: Aws) -> int:
    """How many alerts the function publishes of what is in its queue now."""
    before = len(aws.alerts())
    aws.drain(app.handler, "DeadLetterQueue")
    return len(aws.alerts()) - before


def letter(one: Notification) -> str:
    return json.dumps({"id": str(one.id), "turn": one.turn})


def owed() -> bool:
    partner = partners().get(3528)
    assert partner is not None
    return partner.alert_pending_at is not None
