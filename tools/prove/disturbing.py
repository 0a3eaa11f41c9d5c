"""What disturbs a soak beside the faulty AWS: kills, polls twice or not at all, messages and queues, outages."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from herald.domain.clock import SECOND, now
from tools.demo.environment import DemoEnvironment, PollFailed
from tools.local_engine.leftovers import functions_of
from tools.local_stack.function_processes import kill
from tools.prove.journal import Journal, What
from tools.prove.partners import PARTNERS, heal
from tools.prove.publishing import Wait
from tools.prove.stand import DELIVERER
from tools.sample_partner import SamplePartners

_KILL_EVERY = 9.0  # seconds, on average
_DELIVERERS = 0.5  # share of the kills that are the deliverer's, where it may be killed
_DELIVERER_EVERY = 25 * SECOND  # a killed batch is hidden for three minutes
_POLL_EVERY = 4.0  # seconds, on average
_NO_POLLS = 25.0  # seconds without one, now and then
_TWICE, _NONE = 0.1, 0.05  # shares of the polls
_HIDDEN_FOR = (0, 12)  # seconds
_COPIED = 0.5  # share of the messages that are disturbed
_OUTAGE, _WORKS = (45.0, 70.0), (25.0, 40.0)  # seconds


@dataclass
class Killer:
    """Ends function processes by SIGKILL, the deliverer's not more often than once in `_DELIVERER_EVERY`."""

    environment: DemoEnvironment
    journal: Journal
    random: Random
    _deliverer_at: int = 0

    def kill(self, wait: Wait) -> None:
        """Kills until the soak is over."""
        while not wait(self.random.expovariate(1 / _KILL_EVERY)):
            functions = self._processes()
            if now() - self._deliverer_at < _DELIVERER_EVERY:
                functions.pop(DELIVERER, None)
            if functions:
                often = DELIVERER if DELIVERER in functions and self.random.random() < _DELIVERERS else None
                function = often or self.random.choice(sorted(functions))
                self._kill(function, functions[function])

    def _kill(self, function: str, processes: list[int]) -> None:
        pid = self.random.choice(processes)
        if function == DELIVERER:
            self._deliverer_at = now()
        if kill(pid):
            self.journal.note(What.KILL, function, function, detail=str(pid))

    def _processes(self) -> dict[str, list[int]]:
        """The processes by the logical id of their function."""
        home, names = self.environment.engine.home, self.environment.stack.functions.items()
        found = {logical: functions_of(home, f"{physical}-") for logical, physical in names}
        return {logical: processes for logical, processes in found.items() if processes}


@dataclass
class Poller:
    """Polls as the schedule would, at another rhythm: twice at the same time, or not at all for a while."""

    environment: DemoEnvironment
    journal: Journal
    random: Random
    done: int = 0

    def poll(self, wait: Wait) -> None:
        """Polls until the soak is over."""
        with ThreadPoolExecutor(2) as threads:
            while not wait(self.random.expovariate(1 / _POLL_EVERY)):
                match self.random.random():
                    case luck if luck < _TWICE:
                        self.journal.note(What.POLL, "twice")
                        list(threads.map(lambda _: self.once(), range(2)))
                    case luck if luck < _TWICE + _NONE:
                        self.journal.note(What.POLL, "none for a while")
                        wait(_NO_POLLS)
                    case _:
                        self.once()

    def once(self) -> None:
        """One poll; the next one repeats what this one did not do."""
        try:
            self.environment.poll()
            self.done += 1
        except (BotoCoreError, ClientError, PollFailed) as fault:
            self.journal.note(What.POLL, "failed", detail=str(fault)[:200])


@dataclass
class QueueDisturber:
    """Copies messages of the deliverer, hides some so that they come late and in another order, purges the queue."""

    sqs: Any  # a boto3 client
    queue: str
    journal: Journal
    random: Random

    def disturb(self, wait: Wait) -> None:
        """Disturbs until the soak is over."""
        while not wait(self.random.uniform(1.0, 3.0)):
            with suppress(BotoCoreError, ClientError):  # the engine is busy; nothing was disturbed
                self._some_messages()

    def purge(self) -> None:
        """Deletes everything in the queue."""
        self.journal.note(What.PURGE, "DeliveryQueue")
        self.sqs.purge_queue(QueueUrl=self.queue)

    def _some_messages(self) -> None:
        received = self.sqs.receive_message(
            QueueUrl=self.queue,
            MaxNumberOfMessages=self.random.randint(1, 5),
            AttributeNames=["All"],
            WaitTimeSeconds=0,
        )
        for message in received.get("Messages", ()):
            hidden = self.random.randint(*_HIDDEN_FOR)
            if self.random.random() < _COPIED:
                self._copy(message)
            self.sqs.change_message_visibility(
                QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=hidden
            )

    def _copy(self, message: dict[str, Any]) -> None:
        group = message.get("Attributes", {}).get("MessageGroupId")
        digest = message["Body"].partition('"id":"')[2].partition('"')[0].rpartition("_")[2]
        self.journal.note(What.MESSAGE, "copied", digest)
        self.sqs.send_message(
            QueueUrl=self.queue,
            MessageBody=message["Body"],
            DelaySeconds=self.random.randint(*_HIDDEN_FOR),
            **({"MessageGroupId": group} if group else {}),
        )


@dataclass
class Outages:
    """For a minute at a time the server of a partner hangs, so that its breaker opens."""

    server: SamplePartners
    journal: Journal
    random: Random
    seed: int

    def alternate(self, wait: Wait) -> None:
        """Alternates until the soak is over."""
        sick = [partner for partner in PARTNERS if partner.has_outages]
        while not wait(self.random.uniform(*_WORKS)):
            for partner in sick:
                self.journal.note(What.PARTNER, "its server hangs", partner.path)
                self.server.configure(partner.path, "hang")
            over = wait(self.random.uniform(*_OUTAGE))
            for partner in sick:
                self.journal.note(What.PARTNER, "its server answers again", partner.path)
                self.server.configure(partner.path, partner.answers(self.seed + now()))
            if over:
                return

    def heal(self) -> None:
        """Every server answers as it will to the end."""
        for partner in PARTNERS:
            self.journal.note(What.PARTNER, "healed" if partner.is_healed else "refuses for ever", partner.path)
            heal(self.server, partner)
