"""A test of a partner's address: a signed `testNotify`, judged like any other; it is no notification."""

import asyncio
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


# Valid JSON that a program would not write again as it came: a space, escapes, a fraction of zero. A receiver that
# verifies what it parsed and wrote again, and not the raw body, then fails the test, not the first real notification.
_ROUND_TRIP = r'{"space": 1,"slash":"a\/b","escape":"\u0061","number":1.0}'


def test_notification(partner_id: int) -> bytes:
    """The bytes of a `testNotify`; its member `roundTrip` is there for receivers that do not verify the raw body."""
    head = f'"code":10000,"describe":"測試","partnerId":{partner_id},"method":"testNotify","body":{{}}'
    return f'{{{head},"roundTrip":{_ROUND_TRIP}}}'.encode()
