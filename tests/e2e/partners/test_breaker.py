"""A partner's server that is out of order is spared on the deployed stack, and gets what waits when it answers."""

from typing import Any

from tests.support.e2e.faults import almost_out_of_order
from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import Herald, StackClient
from tools.common.waiting import wait_until
from tools.sample_partner import SamplePartners

FIRST, LATER = 1, 11  # notifications; of several at once, the first attempt may hold the others


def breaker_of(herald: Herald, partner: RegisteredPartner, state: str, timeout: float = 30) -> dict[str, Any]:
    """The partner's breaker, as soon as it is in this state."""
    shown = wait_until(
        lambda: herald("partners", "show", str(partner.id)), lambda one: one["breaker"]["state"] == state, timeout
    )
    return dict(shown["breaker"])


def test_an_outage_opens_the_breaker_probes_go_on_and_the_first_answer_brings_everything(
    herald: Herald, stack_client: StackClient, sample_partners: SamplePartners
) -> None:
    partner = RegisteredPartner(stack_client, sample_partners, next(NUMBERS))
    sample_partners.configure(partner.name, "503")
    almost_out_of_order(stack_client, partner.id)
    submit(stack_client, partner, range(FIRST))
    stack_client.poll()
    assert breaker_of(herald, partner, "open")["outages"] >= 20
    before = len(partner.wait_for(FIRST))

    submit(stack_client, partner, range(FIRST, FIRST + LATER))
    stack_client.poll()
    wait_until(lambda: herald("partners", "show", str(partner.id)), lambda one: one["breaker"].get("waiting"))
    herald("partners", "probe", str(partner.id), "--reason", "is it back?")
    assert len(partner.wait_for(before + 1)) == before + 1  # the probe, and nothing else

    sample_partners.configure(partner.name, "success")
    wait_until(lambda: herald("partners", "show", str(partner.id)), lambda one: one["breaker"].get("nextProbeAt"))
    herald("partners", "probe", str(partner.id), "--reason", "they say that it is back")
    answered = partner.wait_for(before + 1 + FIRST + LATER, timeout=60)[before + 1 :]
    breaker_of(herald, partner, "closed")

    assert len({one.headers["webhook-id"] for one in answered}) == FIRST + LATER  # each once
    assert [entry["action"] for entry in herald("partners", "show", str(partner.id))["history"]][-4:] == [
        "open breaker",
        "probe",
        "probe",
        "close breaker",
    ]


def submit(stack_client: StackClient, partner: RegisteredPartner, orders: range) -> None:
    for order in orders:
        assert stack_client.submit(partner.payload(f"B-{order}")).text == "success"
