"""The JSON form of the attention list."""

from customer_service.schemas.responses import AttentionLineResponse
from customer_service.serializers.reason_serializer import reason_response
from herald.domain.clock import iso
from herald.domain.lists.attention import AttentionSummary
from herald.domain.partner import Partner


def attention_line_response(partner: Partner, summary: AttentionSummary) -> AttentionLineResponse:
    """The line of one partner in the attention list."""
    return {
        "partnerId": partner.partner_id,
        "name": partner.name,
        "count": summary.count,
        "oldest": iso(summary.oldest),
        **reason_response(summary.reason),
    }
