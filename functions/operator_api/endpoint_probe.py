"""A test of a partner's address: a signed `testNotify`, judged like any other; it is no notification."""

import asyncio
import secrets
from typing import Final

from herald.contract.signature import signed_headers
from herald.domain.attempt import Outcome
from herald.domain.clock import now
from herald.domain.partner import Partner
from operator_api.dependencies import new_webhook_client

_RAW_BODY_CHECK: Final = r'"rawBodyCheck":{ "spaces" : " ","slashes":"\/ /","characters":"\u6e2c 測","number":1.0 }'


def test_endpoint(partner: Partner, url: str) -> Outcome:
    """One POST to the address, within `AttemptTimeout`."""
    return asyncio.run(_post(partner, url))


async def _post(partner: Partner, url: str) -> Outcome:
    body, moment = test_notification(partner.partner_id), now()
    headers = signed_headers(partner.signing_secrets(moment), f"test_{secrets.token_hex(8)}", moment, body)
    webhook_client = new_webhook_client()
    try:
        return await webhook_client.post(url, body, {**headers, "herald-round": "1", "herald-attempt": "1"})
    finally:
        await webhook_client.close()


def test_notification(partner_id: int) -> bytes:
    """The bytes of a `testNotify`.

    Beside the contract's fields it has one that receivers do not know. Its bytes change when JSON is parsed and written
    again: spaces, an escaped slash, an escaped character, a number with a zero behind its point. A receiver that
    verifies the signature over rewritten JSON thus fails now, and not at the first notification that has such bytes.
    """
    known = f'"code":10000,"describe":"測試","partnerId":{partner_id},"method":"testNotify","body":{{}}'
    return f"{{{known},{_RAW_BODY_CHECK}}}".encode()
