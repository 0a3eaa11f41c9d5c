"""Which functions' processes are killed, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tools.both_ends.stacks import SHOP, TwoStacks
from tools.common.waiting import becomes
from tools.local_stack.function_processes import kill

_PROGRESS_WITHIN: Final = 300.0  # seconds
_WITHIN: Final = 60.0  # seconds, from then on, for the moment of the kill


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """Processes of this function are killed, once so many of the notifications have got so far."""

    stack: str  # platform, or partner
    function: str  # its logical id
    after: int  # percent: of the submissions for the receiver, of the shop system's acknowledgements for the others


RECEIVER: Final = Kill(stack="platform", function="ReceiverFunction", after=10)
INBOUND: Final = Kill(stack="partner", function="InboundFunction", after=10)
PLATFORMS_DELIVERER: Final = Kill(stack="platform", function="DelivererFunction", after=25)
PARTNERS_DELIVERER: Final = Kill(stack="partner", function="DelivererFunction", after=40)
KILLS: Final = (RECEIVER, INBOUND, PLATFORMS_DELIVERER, PARTNERS_DELIVERER)


def carry_out(stacks: TwoStacks, one: Kill, percent: Callable[[], float]) -> int:
    """Waits until `percent` is far enough and for the moment, then kills. How many processes it was."""
    if not becomes(lambda: percent() >= one.after, _PROGRESS_WITHIN):
        return 0
    moment = _MOMENTS.get(one)
    return moment(stacks) if moment else _at_work(stacks, one)


def _at_work(stacks: TwoStacks, one: Kill) -> int:
    """While it is carrying out an invocation, or starts for one."""
    pid = stacks.processes.at_work(_name(stacks, one), _WITHIN)
    return int(pid is not None and kill(pid))


def _within_posts_of_platform(stacks: TwoStacks) -> int:
    """While the inbound function is working at a request of the platform's deliverer."""
    at_work = stacks.processes.at_work(_name(stacks, INBOUND), _WITHIN)
    return stacks.processes.kill_all(_name(stacks, PLATFORMS_DELIVERER)) if at_work else 0


def _within_posts_of_partner(stacks: TwoStacks) -> int:
    """While the shop system has a request that it has not answered yet."""
    found = becomes(lambda: any(not one.answered_at for one in stacks.servers.received(SHOP)[-20:]), _WITHIN)
    return stacks.processes.kill_all(_name(stacks, PARTNERS_DELIVERER)) if found else 0


def _name(stacks: TwoStacks, one: Kill) -> str:
    environment = stacks.platform if one.stack == "platform" else stacks.partner
    return environment.stack.functions[one.function]


_MOMENTS: Final[Mapping[Kill, Callable[[TwoStacks], int]]] = {
    PLATFORMS_DELIVERER: _within_posts_of_platform,
    PARTNERS_DELIVERER: _within_posts_of_partner,
}
