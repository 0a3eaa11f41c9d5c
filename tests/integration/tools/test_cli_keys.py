"""`herald keys create` against moto: what it writes is what the authorizer reads."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from herald.domain.api_key import Key, Role, hash_of
from herald.store import dynamodb
from herald.store.key_table import KeyTable
from tests.support.aws.aws_stack import Aws
from tools.cli.context import Surroundings
from tools.cli.main import main

TABLE = "KeyTable"
OF_A_STACK = "herald-KeyTable-1A2B3C"
TEMPLATE = {
    "Resources": {
        "KeyTable": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": OF_A_STACK,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "key_hash", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "key_hash", "KeyType": "HASH"}],
            },
        }
    }
}


@pytest.fixture(autouse=True)
def forgotten_client() -> Iterator[None]:
    """A client that one test pointed somewhere is not the next one's."""
    dynamodb.client.cache_clear()
    yield
    dynamodb.client.cache_clear()


@pytest.fixture
def without_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of AWS in the environment; and what the command writes there goes no further than this test."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    monkeypatch.setattr(os, "environ", {**bare, "AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"})
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def run(folder: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["keys", "create", *arguments], Surroundings(folder=folder))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def holder_of(key: str) -> Key | None:
    """Whose key it is, as it is stored."""
    stored = KeyTable(TABLE).find(key)
    return stored.key if stored else None


@pytest.mark.usefixtures("aws")
def test_the_key_that_is_printed_is_the_one_that_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--role", "operator", "--name", "alice", "--table", TABLE, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert holder_of(key := answer.pop("key")) == Key(role=Role.OPERATOR, name="alice")
    assert answer == {"id": hash_of(key)[:16], "role": "operator", "name": "alice", "table": TABLE}


@pytest.mark.usefixtures("aws")
def test_the_table_is_found_by_the_name_of_the_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("cloudformation").create_stack(StackName="herald", TemplateBody=json.dumps(TEMPLATE))
    assert run(tmp_path, "--role", "operator", "--name", "alice", "--stack-name", "herald", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["table"] == OF_A_STACK
    assert KeyTable(OF_A_STACK).find(answer["key"])


def test_only_the_hash_is_stored(aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "--role", "operator", "--name", "alice", "--table", TABLE, "--json")
    assert json.loads(capsys.readouterr().out)["key"] not in str(aws.items(TABLE))


@pytest.mark.usefixtures("aws")
def test_a_partners_key_is_bound_to_the_partner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--role", "partner", "--name", "lakeside", "--partner", "3528", "--table", TABLE)
    assert run(tmp_path, *arguments) == 0
    key = capsys.readouterr().out.split()[0]
    assert holder_of(key) == Key(role=Role.PARTNER, name="lakeside", partner_id=3528)
    assert key.startswith("herald_partner_")


@pytest.mark.parametrize("arguments", [("--role", "partner"), ("--role", "operator", "--partner", "3528")])
def test_a_partner_is_named_for_a_partners_key_and_for_no_other(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(tmp_path, "--name", "x", "--table", TABLE, *arguments) == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("al\u202eice", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("alice\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\x1b[31malice", "U+001B"),
        ("alice\x9b", "U+009B"),
        ("alice\n", "U+000A"),
        ("a\u2028b", "U+2028 LINE SEPARATOR"),
        ("a\udc9bb", "U+DC9B"),
        ("", "1 to 60 characters"),
        ("  ", "1 to 60 characters"),
        ("x" * 61, "1 to 60 characters"),
        ("旅" * 61, "1 to 60 characters"),
    ],
)
def test_a_name_that_no_key_may_have_is_wrong_usage(
    aws: Aws, name: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--role", "operator", "--name", name, "--table", TABLE) == 2
    assert says in capsys.readouterr().err
    assert aws.items(TABLE) == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", ["x" * 60, "旅" * 60, "Zoë O'Hara"])
def test_a_name_of_up_to_60_characters_is_taken(name: str, tmp_path: Path) -> None:
    assert run(tmp_path, "--role", "operator", "--name", name, "--table", TABLE) == 0


@pytest.mark.parametrize("number", ["0", "-1", "-3528", str(10**15), "9" * 39, "9" * 400])
def test_a_partners_key_for_a_number_that_no_partner_has_is_wrong_usage(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--role", "partner", "--name", "lake", f"--partner={number}", "--table", "KeyTable")
    assert run(tmp_path, *arguments) == 2
    assert "number" in capsys.readouterr().err


def test_without_a_stack_the_remedy_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--role", "operator", "--name", "alice") == 2
    assert "give --stack-name, or run `make up`" in capsys.readouterr().err


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("where", [("--stack-name", "other"), ("--table", "other")])
def test_what_aws_refuses_is_told_in_its_words(
    where: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--role", "operator", "--name", "alice", *where) == 1
    assert "AWS refused:" in capsys.readouterr().err


@pytest.mark.usefixtures("without_aws")
def test_without_credentials_it_says_what_to_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--role", "operator", "--name", "alice", "--table", TABLE) == 3
    assert "check the AWS credentials and the region" in capsys.readouterr().err


@pytest.mark.usefixtures("without_aws")
def test_the_local_stacks_table_is_taken_from_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".local").mkdir()
    stack = {"engine_url": "http://127.0.0.1:9", "tables": {"KeyTable": TABLE}}
    (tmp_path / ".local/stack.json").write_text(json.dumps(stack))
    assert run(tmp_path, "--role", "publisher", "--name", "checkout") == 3
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert "DynamoDB cannot be asked: " in capsys.readouterr().err


@pytest.mark.usefixtures("without_aws")
def test_no_credentials_of_a_person_go_to_the_local_stacks_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"AWS_ACCESS_KEY_ID": "own", "AWS_SECRET_ACCESS_KEY": "own", "AWS_SESSION_TOKEN": "own", "AWS_PROFILE": "own"}
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps({"engine_url": "http://127.0.0.1:9", "tables": {}}))
    run(tmp_path, "--role", "publisher", "--name", "checkout")
    assert [name for name, value in os.environ.items() if name.startswith("AWS_") and value == "own"] == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("where", [("--table", TABLE), ("--stack-name", "herald")])
def test_a_broken_file_in_a_folder_above_does_not_matter_to_who_names_the_stack(
    where: tuple[str, str], tmp_path: Path
) -> None:
    boto3.client("cloudformation").create_stack(StackName="herald", TemplateBody=json.dumps(TEMPLATE))
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text("{")
    assert run(tmp_path, "--role", "operator", "--name", "alice", *where) == 0


@pytest.mark.usefixtures("without_aws")
@pytest.mark.parametrize("text", ["{}", '{"api_url": "http://127.0.0.1:9"}', '{"tables": {"KeyTable": "x"}}'])
def test_a_file_without_an_engine_is_no_local_stack(tmp_path: Path, text: str) -> None:
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(text)
    assert run(tmp_path, "--role", "operator", "--name", "alice") == 2
