"""The platform's stack delivers to a partner's, which delivers to a shop system that fails; functions are killed."""

from tools.both_ends.books import violations
from tools.both_ends.kills import INBOUND, RECEIVER
from tools.both_ends.run import Plan, travel
from tools.both_ends.stacks import deploy_both
from tools.local_engine.engine import Engine
from tools.sample_partner import SamplePartners

# Of functions whose loss costs a repeat of the sender. `python -m tools.both_ends` kills deliverers as well, whose
# messages come again after three minutes.
KILLS = (RECEIVER, INBOUND)


def test_each_notification_reaches_the_shop_system_once_although_ways_in_are_killed(
    engine: Engine, sample_partners: SamplePartners
) -> None:
    stacks = deploy_both(engine, sample_partners, "herald-ends")
    outcome = travel(stacks, Plan(count=20, seed=3, within=90, kills=KILLS))
    assert list(violations(outcome.books)) == []
    assert outcome.killed == dict.fromkeys(KILLS, 1)
    assert outcome.books.repeated == 0
    assert outcome.stored_by_partner == 20
