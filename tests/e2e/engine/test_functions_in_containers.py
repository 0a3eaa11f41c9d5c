"""`sam local invoke` as anybody types it, with the running stack behind the container.

It runs wherever a Docker engine is and Lambda's image of Python in it.
"""

import gc
import json
import shutil
import subprocess
import warnings
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker  # type: ignore[import-untyped] # it ships no types
import pytest
from docker.errors import DockerException, ImageNotFound  # type: ignore[import-untyped] # likewise

from tests.e2e.conftest import PARAMETERS
from tests.support.e2e.partner import RegisteredPartner
from tests.support.e2e.stack_client import StackClient
from tools.local_engine.environment import ROOT, architecture, build_environment
from tools.local_engine.sam_local import write_files
from tools.local_stack.parameters import complete
from tools.sample_partner import SamplePartners

IMAGE = f"public.ecr.aws/lambda/python:3.13-{architecture()}"
# What somebody may have in the shell, and what must not reach the function.
SHELL = {
    "AWS_ACCESS_KEY_ID": "theirs",
    "AWS_SECRET_ACCESS_KEY": "theirs",
    "AWS_SESSION_TOKEN": "theirs",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "STAGE": "prod",
}


def missing() -> str:
    """Why no function can run in a container here; empty where it can."""
    with warnings.catch_warnings():
        # docker-py leaves the socket of a failed connect open: without this a later test would fail by its warning.
        warnings.simplefilter("ignore", ResourceWarning)
        reason = _missing()
        gc.collect()
    return reason


def _missing() -> str:
    try:
        with closing(docker.from_env(timeout=5)) as engine:
            engine.images.get(IMAGE)
    except ImageNotFound:
        return f"the Docker engine has no image {IMAGE}"
    except DockerException:
        return "no Docker engine answers"
    return ""


def test_the_look_for_a_docker_engine_leaves_no_socket_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    assert missing() == "no Docker engine answers"
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always")
        gc.collect()
    assert left_open == []


@pytest.fixture(scope="module")
def folder(stack_client: StackClient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the repository's samconfig.toml, and a `.local` as `make up` leaves it, for the shared stack."""
    if reason := missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("with-sam")
    shutil.copy(ROOT / "samconfig.toml", folder)
    write_files(replace(stack_client.engine, home=folder / ".local"), stack_client.stack, complete(PARAMETERS))
    return folder


def invoke(folder: Path, function: str, event: dict[str, Any] | str, *options: str) -> Any:
    """What the function answers, as SAM prints it last on stdout."""
    if isinstance(event, dict):
        (folder / "event.json").write_text(json.dumps(event))
        file = "event.json"
    else:
        file = str(ROOT / "events" / event)
    command = ["sam", "local", "invoke", function, "-e", file, *options]
    environment = {**build_environment(), **SHELL}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("options", [(), ("--skip-pull-image",)], ids=" ".join)
def test_the_receiver_stores_in_the_running_stack(
    folder: Path, stack_client: StackClient, sample_partners: SamplePartners, options: tuple[str, ...]
) -> None:
    partner = RegisteredPartner(stack_client, sample_partners, 7100 + len(options))
    event = json.loads((ROOT / "events/receiver_sn_notify.json").read_text())
    answer = invoke(folder, "ReceiverFunction", {**event, "body": partner.payload().decode()}, *options)
    assert (answer["statusCode"], answer["body"]) == (200, "success")
    stored = stack_client.call("GET", f"/notifications/{answer['headers']['herald-notification-id']}")
    assert (stored.status_code, stored.json()["state"]) == (200, "waiting")


@pytest.mark.parametrize(
    ("function", "event", "status"),
    [
        ("ReceiverFunction", "receiver_missing_field.json", 400),
        ("ReceiverFunction", "receiver_operator_key.json", 403),
        ("OperatorFunction", "operator_health.json", 200),
        ("OperatorFunction", "operator_work_list.json", 200),
        ("ConsoleFunction", "console_sign_in_page.json", 200),
        ("OrdersFunction", "orders_operator_key.json", 403),
    ],
)
def test_a_function_answers_an_event_of_the_repository(folder: Path, function: str, event: str, status: int) -> None:
    assert invoke(folder, function, event)["statusCode"] == status


def test_a_poll_runs_in_a_container(folder: Path) -> None:
    poll = invoke(folder, "DispatcherFunction", "dispatcher_by_hand.json")
    assert (poll["ran"], poll["finished"]) == (True, True)
