"""What the local engine's tools work out before they start anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samcli.cli.types import CfnParameterOverridesType  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.engine import Engine
from tools.local_engine.environment import aws_environment, build_environment
from tools.local_engine.errors import LocalEngineError, with_tail
from tools.local_stack.consumers import at_once
from tools.local_stack.deploying import console_url
from tools.local_stack.parameters import complete, overrides, parse
from tools.local_stack.routes import Route, routes_of
from tools.local_stack.stack import Stack, physical_names

LAMBDA_URI = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
INTEGRATION = {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": LAMBDA_URI}}}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("AttemptTimeout=2", {"AttemptTimeout": "2"}),
        ("Ladder='1s 2s 3s' AttemptTimeout=2", {"Ladder": "1s 2s 3s", "AttemptTimeout": "2"}),
        ('Ladder="1s 2s" AlertEmail=a+b=c@example.com', {"Ladder": "1s 2s", "AlertEmail": "a+b=c@example.com"}),
        ("AlertEmail=", {"AlertEmail": ""}),
    ],
)
def test_parameters_are_read_as_a_shell_would(text: str, values: dict[str, str]) -> None:
    assert parse(text) == values


@pytest.mark.parametrize("text", ["Ladder=1s 2s 3s", "Ladder='1s 2s", "nonsense"])
def test_parameters_that_cannot_be_read_are_refused_with_a_hint(text: str) -> None:
    with pytest.raises(LocalEngineError, match="PARAMS"):
        parse(text)


def test_what_is_not_said_takes_the_local_value_or_the_default() -> None:
    values = complete({"AttemptTimeout": "2"})
    assert values["AttemptTimeout"] == "2"
    assert values["AllowPrivateEndpoints"] == "true"
    assert values["DispatchEvery"] == "5"


def test_what_is_said_wins_over_the_local_value() -> None:
    assert complete({"Stage": "prod"})["Stage"] == "prod"


def read_by_sam(words: list[str]) -> dict[str, str]:
    """What `sam deploy --parameter-overrides` makes of the words."""
    read: dict[str, str] = CfnParameterOverridesType().convert(words, None, None)
    return read


@pytest.mark.parametrize("wanted", [{}, {"CanaryPartnerId": "900001"}, {"CanaryPartnerId": ""}, {"Ladder": "1s 2s"}])
def test_sam_reads_every_parameter_as_it_is_also_the_empty_ones(wanted: dict[str, str]) -> None:
    values = complete(wanted)
    assert "" in values.values()
    assert read_by_sam(overrides(values)) == values


@given(st.dictionaries(st.from_regex(r"\A[A-Z][A-Za-z]{0,9}\Z"), st.text("ab1 =,\"'@.+-", max_size=9), min_size=1))
def test_sam_reads_whatever_a_value_has_in_it(values: dict[str, str]) -> None:
    assert read_by_sam(overrides(values)) == values


@pytest.mark.parametrize(
    ("processors", "wanted", "given"),
    [(2, 50, 2), (1, 50, 2), (None, 50, 2), (8, 50, 8), (64, 50, 50), (8, 5, 5), (4, 5, 4), (4, 2, 2)],
)
def test_a_consumer_runs_once_a_processor_at_most(
    processors: int | None, wanted: int, given: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.process_cpu_count", lambda: processors)
    assert at_once(wanted) == given


def test_a_route_is_made_of_each_path_and_method() -> None:
    body = {
        "paths": {
            "/partners": {
                "get": {**INTEGRATION, "security": [{"KeyAuthorizer": []}]},
                "post": {**INTEGRATION, "security": [{"KeyAuthorizer": []}]},
            },
            "/health": {"get": {**INTEGRATION, "security": [{"NONE": []}]}},
            "$default": {"x-amazon-apigateway-any-method": {**INTEGRATION, "security": [{"NONE": []}]}},
        }
    }
    assert routes_of(body) == [
        Route("GET /partners", "F", guarded=True),
        Route("POST /partners", "F", guarded=True),
        Route("GET /health", "F", guarded=False),
        Route("$default", "F", guarded=False),
    ]


def test_the_stack_file_names_what_has_a_place_in_it() -> None:
    found = [
        {"ResourceType": "AWS::SQS::Queue", "LogicalResourceId": "DeliveryQueue", "PhysicalResourceId": "http://q"},
        {"ResourceType": "AWS::IAM::Role", "LogicalResourceId": "SomeRole", "PhysicalResourceId": "r"},
    ]
    names = physical_names(found)
    assert names == {"functions": {}, "queues": {"DeliveryQueue": "http://q"}, "tables": {}, "topics": {}}


def test_the_stack_file_is_for_its_owner_only_and_reads_as_it_was_written(tmp_path: Path) -> None:
    nothing: dict[str, str] = {}
    stack = Stack(
        api_url="http://api",
        engine_url="http://engine",
        region="us-east-1",
        functions={"F": "f"},
        queues=nothing,
        tables=nothing,
        topics=nothing,
        keys={"operator": "herald_secret"},
    )
    path = tmp_path / "stack.json"
    stack.save(path)
    assert Stack.load(path) == stack
    assert path.stat().st_mode & 0o077 == 0


def test_a_stack_file_of_before_the_console_is_still_read(tmp_path: Path) -> None:
    """`make up` reads it to keep the keys."""
    there: dict[str, Any] = {name: {} for name in ("functions", "queues", "tables", "topics", "keys")}
    path = tmp_path / "stack.json"
    path.write_text(json.dumps({"api_url": "http://a", "engine_url": "http://e", "region": "us-east-1", **there}))
    assert Stack.load(path).console_url == ""


def test_the_console_has_an_address_of_its_own(tmp_path: Path) -> None:
    """By name, so that the paths that its pages link to begin at the root."""
    engine = Engine(home=tmp_path, pid=1, port=4566)
    assert console_url(engine, "1a2b3c4d") == "http://1a2b3c4d.execute-api.localhost:4566/console"


def test_an_error_is_shown_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("much\nbefore\nError: it is so\nbecause\n")
    assert "Error: it is so\nbecause" in str(with_tail("it failed", log))
    assert "before" not in str(with_tail("it failed", log))


def test_tools_of_the_local_stack_cannot_reach_a_persons_aws_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "theirs")
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(build_environment())
    assert aws_environment("http://127.0.0.1:1")["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
