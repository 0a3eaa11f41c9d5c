"""A test of a partner's address: a signed `testNotify`, judged like any other; it is no notification."""

import asyncio
import json
import secrets

from house import new_postman

from herald.attempt import Outcome
from herald.clock import now
from herald.partner import Partner
from herald.signature import signed_headers


def test_endpoint(partner: Partner, url: str) -> Outcome:
    """One POST to the address, within `AttemptTimeout`."""
    return asyncio.run(_post(partner, url))


async def _post(partner: Partner, url: str) -> Outcome:
    body, moment = test_notification(partner.partner_id), now()
    headers = signed_headers(partner.signing_secrets(moment), f"test_{secrets.token_hex(8)}", moment, body)
    postman = new_postman()
    try:
        return await postman.post(url, body, {**headers, "herald-round": "1", "herald-attempt": "1"})
    finally:
        await postman.close()


def test_notification(partner_id: int) -> bytes:
    """The bytes of a `testNotify` (DESIGN, section 5)."""
    content = {"code": 10000, "describe": "測試", "partnerId": partner_id, "method": "testNotify", "body": {}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
