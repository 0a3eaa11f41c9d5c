"""The two stacks on an engine of their own, connected, with the shop system's server behind them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.both_ends.workload import PARTNER_ID
from tools.common.two_ends import TwoEnds
from tools.demo.environment import DemoEnvironment
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import build, deploy
from tools.local_stack.function_processes import FunctionProcesses
from tools.sample_partner import SamplePartners

SHOP_ID: Final = 1  # at the partner
SHOP: Final = "shop-system"  # its path on the server
# The platform attempts at its polls, the partner at once. Its schedule's own polls stay out of the way.
PLATFORM: Final = {"Ladder": " ".join(["2s"] * 15), "DispatchEvery": "13"}
PARTNER: Final = {"Ladder": " ".join(["2s"] * 20), "DispatchEvery": "13", "FirstAttempt": "AtOnce"}
AT_ONCE: Final = 4  # requests of the platform: each may be a cold start, and all share the machine

type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStacks:
    """Both stacks on one engine, and the server of the shop system."""

    platform: DemoEnvironment
    partner: DemoEnvironment
    servers: SamplePartners

    @property
    def processes(self) -> FunctionProcesses:
        """In which the functions of both run."""
        return FunctionProcesses(self.platform.engine.home)

    def ends(self) -> TwoEnds:
        """Their operators' APIs. A new one for each thread."""
        return TwoEnds(
            platform=self.platform.api("operator"),
            partner=self.partner.api("operator"),
            partner_id=PARTNER_ID,
            shop_id=SHOP_ID,
        )

    def connect(self) -> None:
        """Enters and approves everybody in both registries; then the server's record is empty."""
        ends = self.ends()
        secret = ends.register_shop("Shop system", self.servers.url(SHOP))
        self.servers.share_secret(SHOP, secret)
        ends.approve_shop()
        ends.connect("Lantern Tours", concurrency=AT_ONCE)
        ends.approve_partner()
        self.servers.forget(SHOP)
        self.servers.share_secret(SHOP, secret)


def deploy_both(engine: Engine, servers: SamplePartners, name: str, report: Report = lambda _: None) -> TwoStacks:
    """Deploys what was built as two stacks, `name` and `name`-partner, and connects them.

    Raises `LocalEngineError`, `CliError`.
    """
    report("deploying the platform's stack")
    platform = DemoEnvironment(engine, deploy(engine, name, PLATFORM))
    report("deploying the partner's stack")
    partner = DemoEnvironment(engine, deploy(engine, f"{name}-partner", PARTNER))
    stacks = TwoStacks(platform=platform, partner=partner, servers=servers)
    stacks.connect()
    return stacks


@contextmanager
def two_stacks(home: Path, report: Report) -> Iterator[TwoStacks]:
    """Builds, deploys and connects them on an engine of their own, which stops with the context.

    Raises `LocalEngineError`, `CliError`.
    """
    report("building")
    build()
    engine = Engine.start(home, port=0)
    try:
        with SamplePartners() as servers:
            yield deploy_both(engine, servers, "herald", report)
    finally:
        engine.stop()
