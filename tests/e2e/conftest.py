"""One engine and one stack for the whole session, with IAM enforced, beside any `make up`."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from herald.domain.clock import MINUTE, now
from herald.store import dynamodb
from tests.support.e2e.secret_search import KnownSecrets
from tests.support.e2e.stack_client import Herald, StackClient
from tests.support.e2e.stored_texts import stored_texts, visible_messages
from tools.audit.scan import audit
from tools.cli.context import Surroundings
from tools.cli.main import main
from tools.common.alert_inbox import AlertInbox
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import build, deploy
from tools.local_stack.stack import Stack
from tools.sample_partner import SamplePartners

LATE = 30 * MINUTE
PARAMETERS = {
    "Ladder": "1s 2s 3s 4s",
    # The tests call the poll when they want one; the schedule's own stays out of their way as long as it can.
    "DispatchEvery": "13",
}


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a port of its own, and the code as it is now, built by SAM."""
    build()
    engine = Engine.start(tmp_path_factory.mktemp("engine"), port=0)
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def known_secrets() -> Iterator[KnownSecrets]:
    """The secrets, keys and values of headers that the tests send to the API or are shown by it."""
    known = KnownSecrets()
    send = requests.Session.send

    def noting(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = send(session, request, **options)
        known.note_exchange(request.body, response.content)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", noting)
        yield known


@pytest.fixture(scope="session")
def stack(engine: Engine, known_secrets: KnownSecrets) -> Iterator[Stack]:
    """The stack that most tests share. Another one beside it: `deploy(engine, "other", {"FirstAttempt": "AtOnce"})`.

    After all tests no secret stands anywhere in clear, in this stack or another one of the engine.
    """
    stack = deploy(engine, "herald-tests", PARAMETERS)
    for name, topic in stack.topics.items():  # its queue is searched at the end, and goes with the engine
        AlertInbox(engine.client, topic, f"everything-of-{name}")
    yield stack
    known_secrets.note(*stack.keys.values())
    assert known_secrets.values, "there was nothing to search for"
    places = chain(stored_texts(engine.client, engine.log), visible_messages(engine.client))
    assert known_secrets.found_in(places) == []


@pytest.fixture(scope="session")
def stack_client(engine: Engine, stack: Stack) -> StackClient:
    """The shared stack, as publishers and customer service use it."""
    return StackClient(engine, stack)


@pytest.fixture(scope="session")
def sample_partners() -> Iterator[SamplePartners]:
    """Partners that answer as they are told."""
    with SamplePartners() as partners:
        yield partners


@pytest.fixture(autouse=True)
def stack_is_consistent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After every test on the shared stack each notification is stored and consistent."""
    yield
    if "stack_client" in request.fixturenames:
        stack_client: StackClient = request.getfixturevalue("stack_client")
        with monkeypatch.context() as patch:
            for name, value in stack_client.engine.environment().items():
                patch.setenv(name, value)
            patch.setattr(boto3, "DEFAULT_SESSION", None)  # it would remember this environment for ever
            dynamodb.client.cache_clear()
            tables = stack_client.stack.tables
            report = audit(tables["NotificationTable"], tables["PartnerTable"], now(), LATE)
        dynamodb.client.cache_clear()
        assert report.damages == []


@pytest.fixture
def herald(stack_client: StackClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Herald:
    """Runs a command in a folder below a local stack, and gives its JSON. Fails when its exit code is another one."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps(asdict(stack_client.stack)))

    def run(*words: str, code: int = 0) -> Any:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"], Surroundings(environment={}, folder=tmp_path))
        captured = capsys.readouterr()
        assert ended.value.code == code, captured.err
        return json.loads(captured.out or captured.err)

    return run
