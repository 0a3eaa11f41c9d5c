"""KMS's condition keys about the encryption context, which MiniStack's check of policies does not know.

A key policy that names the context would refuse every request. MiniStack asks one function for the condition keys that
every service has in common: it gets one that adds those of a request to KMS.
"""

import json
from typing import Any

from ministack.core import iam_actions  # type: ignore[import-untyped] # it ships no types


def context_keys(service: str, body: bytes) -> dict[str, Any]:
    """The condition keys of a request to KMS, as AWS names them; none for another service."""
    if service != "kms":
        return {}
    try:
        context = json.loads(body or b"{}").get("EncryptionContext")
    except (ValueError, AttributeError):  # no JSON, or no object: the service itself refuses it
        return {}
    if not isinstance(context, dict) or not context:
        return {}
    named = {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    return {**named, "kms:EncryptionContextKeys": list(context)}


def tell_encryption_context() -> None:
    """Gives MiniStack's check of policies these keys beside those of tags."""
    of_tags = iam_actions.request_tag_context

    def of_request(service: str, action: str, body: bytes, parameters: dict[str, Any]) -> dict[str, Any]:
        return {**of_tags(service, action, body, parameters), **context_keys(service, body)}

    iam_actions.request_tag_context = of_request
