"""The `herald` command against an API stub."""

from pathlib import Path

import pytest

from tests.support.http.api_stub import StubApi
from tests.unit.tools.cli.samples import ENVIRONMENT, CommandResult, Herald
from tools.cli.context import Surroundings
from tools.cli.main import main


@pytest.fixture
def api() -> StubApi:
    return StubApi()


@pytest.fixture
def herald(api: StubApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Herald:
    def run(*arguments: str) -> CommandResult:
        with pytest.raises(SystemExit) as ended:
            main(arguments, Surroundings(environment=ENVIRONMENT, folder=tmp_path, session=api.session()))
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return CommandResult(ended.value.code, captured.out, captured.err)

    return run
