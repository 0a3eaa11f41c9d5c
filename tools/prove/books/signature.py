"""The signature of a POST, checked by the official Standard Webhooks library."""

from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from herald.domain.clock import SECOND
from tools.sample_partner import Request


def signed_at(request: Request, secret: str) -> int | None:
    """The moment (ms) that the signature names; None where it is not one by this secret (`whsec_…`) over this request.

    The library's own check refuses what is five minutes old. The clocks of a soak are further apart at its end, so the
    signature is made once more and compared.
    """
    headers = request.headers
    try:
        moment = int(headers["webhook-timestamp"])
        made = Webhook(secret).sign(headers["webhook-id"], datetime.fromtimestamp(moment, UTC), request.body.decode())
    except (KeyError, ValueError, OverflowError, OSError):  # the last two of moments that no date has
        return None
    return moment * SECOND if made in headers.get("webhook-signature", "").split(" ") else None
