"""The options by which a source's sender proves itself, as the API takes them."""

from collections.abc import Sequence
from typing import Any

from herald.languages.message import Message
from tools.cli.partner_limits import asked, header_with_value


def proof_changes(cidrs: Sequence[str] | None, header: str | None, signed: bool | None) -> dict[str, Any]:  # noqa: FBT001 - None: not given
    """What is given; an empty text and `--unsigned` take a demand away. Secrets are asked for, unseen."""
    changes: dict[str, Any] = {}
    if cidrs:
        changes["cidrs"] = [cidr for cidr in cidrs if cidr] or None
    if header is not None:
        changes["header"] = _header(header)
    if signed is not None:
        changes["webhookSecret"] = asked(Message("The sender's secret (whsec_…)")) if signed else None
    return changes


def _header(text: str) -> dict[str, str] | None:
    if not text:
        return None
    name, value = header_with_value(text)
    return {"name": name, "value": value}
