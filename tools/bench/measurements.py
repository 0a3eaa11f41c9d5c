"""What is measured, each in processes of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tools.bench import servers
from tools.bench.checkout import Checkout
from tools.bench.peers.queue_peer import QueuePeer
from tools.bench.rounds import Measurement
from tools.bench.scale import Scale
from tools.bench.servers import PARTNERS
from tools.local_engine.environment import ROOT, bare_environment

type Result = Mapping[str, Any]

POST: Final = "POST alone"


@dataclass(frozen=True, slots=True)
class Measurements:
    """The measurements of a run at this scale, of these checkouts and peers."""

    scale: Scale
    checkouts: Sequence[Checkout]
    peers: Sequence[QueuePeer]

    def of_a_round(self) -> dict[str, Measurement]:
        """By name: a delivery of each system, then each checkout's submissions and poll."""
        return {
            POST: self._post,
            **{f"{one.name}: deliveries": partial(self._deliveries, one) for one in self.checkouts},
            **{one.name: partial(self._peer, one) for one in self.peers},
            **{f"{one.name}: submissions": partial(self._submissions, one) for one in self.checkouts},
            **{f"{one.name}: poll": partial(self.poll, one, self.scale.polled) for one in self.checkouts},
        }

    def imports(self, checkout: Checkout) -> dict[str, Measurement]:
        """By function."""
        wanted = self.scale.functions
        names = [one for one in checkout.functions if wanted is None or one in wanted]
        return {one: partial(checkout.import_function, one) for one in names}

    def poll(self, checkout: Checkout, count: int) -> Result:
        """One poll over so many that are due."""
        with servers.aws() as aws:
            return checkout.run({"task": "poll", "first": 0, "count": count, "partners": PARTNERS}, aws)

    def partner_list(self, checkout: Checkout) -> Result:
        """Pages of a partner's list, by place."""
        with servers.aws() as aws:
            scale = self.scale
            task = {"task": "partner_list", "count": scale.listed, "limit": scale.page, "repeats": scale.pages}
            return checkout.run(task, aws)

    def _deliveries(self, checkout: Checkout) -> Result:
        return self._many(checkout, "deliveries", self.scale.deliveries)

    def _submissions(self, checkout: Checkout) -> Result:
        return self._many(checkout, "submissions", self.scale.submissions)

    def _many(self, checkout: Checkout, task: str, count: int) -> Result:
        with servers.aws() as aws:
            numbers = {"first": 0, "count": count, "warm": self.scale.warm, "partners": PARTNERS}
            return checkout.run({"task": task, **numbers}, aws)

    def _peer(self, peer: QueuePeer) -> Result:
        with servers.partner() as partner:
            return peer.measure(partner, self.scale.tasks)

    def _post(self) -> Result:
        with servers.partner() as partner:
            ended = subprocess.run(
                [sys.executable, "-m", "tools.bench.peers.bare_post", partner, str(self.scale.posts)],
                env={**bare_environment(), "PYTHONPATH": str(ROOT)},
                capture_output=True,
                check=True,
            )
        result: Result = json.loads(ended.stdout)
        return result
