"""A test of a partner's address: a signed `testNotify`, judged like a notification, but not stored as one."""

import asyncio
import secrets
from typing import Final

from customer_service.dependencies import new_webhook_client, partner_secrets
from herald.contract.signature import signed_headers
from herald.domain.attempt import Outcome
from herald.domain.clock import now
from herald.domain.limits.echoed_secrets import without_secrets
from herald.domain.partner import Partner
from herald.store.encryption.partner_secrets import DecryptedSecrets

_RAW_BODY_CHECK: Final = r'"rawBodyCheck":{ "spaces" : " ","slashes":"\/ /","characters":"\u6e2c 測","number":1.0 }'


def probe_endpoint(partner: Partner, url: str, *, internal: bool) -> Outcome:
    """Sends one POST to the address, with the partner's timeout and headers as a notification has them.

    `internal` is that of the address: the test may connect where a notification may. Raises `TableUnavailable` without
    the secrets.
    """
    return asyncio.run(_post(partner, url, partner_secrets().of(partner, now()), internal=internal))


async def _post(partner: Partner, url: str, its: DecryptedSecrets, *, internal: bool) -> Outcome:
    body, sent_at = probe_body(partner.partner_id), now()
    headers = signed_headers(its.signing(sent_at), f"test_{secrets.token_hex(8)}", sent_at, body)
    webhook_client = new_webhook_client()
    try:
        headers = {**its.headers, **headers, "herald-round": "1", "herald-attempt": "1"}
        outcome = await webhook_client.post(url, body, headers, deadline_seconds=partner.timeout, internal=internal)
        return without_secrets(outcome, its.every)
    finally:
        await webhook_client.close()


def probe_body(partner_id: int) -> bytes:
    """The bytes of a `testNotify`.

    Beside the fields of the contract it has `rawBodyCheck`, which receivers ignore. Parsing and writing the JSON again
    changes its bytes: spaces, an escaped slash, an escaped character, a number with a zero after its point. So a
    receiver that verifies the signature over rewritten JSON fails this test, and not its first such notification.
    """
    contract = f'"code":10000,"describe":"測試","partnerId":{partner_id},"method":"testNotify","body":{{}}'
    return f"{{{contract},{_RAW_BODY_CHECK}}}".encode()
