"""The JSON form of a partner's breaker in responses."""

from customer_service.schemas.responses import BreakerResponse
from herald.domain.breakers.breaker import Breaker, BreakerState, probe_wait
from herald.domain.clock import SECOND, iso


def breaker_response(one: Breaker) -> BreakerResponse:
    """Its state, and what belongs to that state."""
    response: BreakerResponse = {"state": one.state, "outages": one.outages}
    since = one.unanswered_since or one.first_outage_at
    if since is not None:
        response["unansweredSince"] = iso(since)
    if one.state is BreakerState.OPEN:
        _add_probes(response, one)
    if one.recovering_since is not None:
        response["recoveringSince"] = iso(one.recovering_since)
    return response


def _add_probes(response: BreakerResponse, one: Breaker) -> None:
    response["probeEverySeconds"] = probe_wait(one.probes) // SECOND
    if one.opened_at is not None:
        response["openedAt"] = iso(one.opened_at)
    if one.probe_at is not None:
        response["nextProbeAt"] = iso(one.probe_at)
    if one.waiting is not None:
        response["waiting"] = one.waiting
