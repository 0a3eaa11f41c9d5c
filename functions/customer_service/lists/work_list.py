"""The work list of the console: the lines of both states, and the open breakers, read in one pass."""

from dataclasses import dataclass, field

from customer_service.dependencies import attention, partners
from customer_service.schemas.responses import AttentionLineResponse, BreakerResponse
from customer_service.serializers.attention_serializer import attention_line_response
from customer_service.serializers.breaker_serializer import breaker_response
from herald.domain.transitions import State

_STATES = (State.FAILED, State.HELD)


@dataclass(frozen=True, slots=True)
class SparedPartner:
    """A partner whose breaker is open, so that only probes are sent to it."""

    partner_id: int
    name: str
    breaker: BreakerResponse


@dataclass(frozen=True, slots=True)
class Work:
    """One line for each partner that has failed ones, and one for each that has held ones, both in no order."""

    failed: list[AttentionLineResponse]
    held: list[AttentionLineResponse]
    alerts_open: frozenset[int]  # the numbers of those partners of whom an alert was sent, and no recovery yet
    spared: list[SparedPartner] = field(default_factory=list)  # in no order


def read_work() -> Work:
    """All that needs a person now. One request for 1 MB of the index `attention`, and one for 1 MB of the registry.

    That is about 5,000 notifications, and about 500 partners. Raises `TableUnavailable`.
    """
    found = attention().summaries(_STATES)
    lines: dict[State, list[AttentionLineResponse]] = {state: [] for state in _STATES}
    alerts_open, spared = set(), []
    for partner in partners().all():
        if partner.is_spared:
            spared.append(SparedPartner(partner.partner_id, partner.name, breaker_response(partner.breaker)))
        for state in _STATES:
            if summary := found[state].get(partner.partner_id):
                lines[state].append(attention_line_response(partner, summary))
                if partner.alert_open:
                    alerts_open.add(partner.partner_id)
    return Work(failed=lines[State.FAILED], held=lines[State.HELD], alerts_open=frozenset(alerts_open), spared=spared)
