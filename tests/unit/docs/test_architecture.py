"""Each table of docs/architecture.md is what the code, the template and the tests say."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from herald.domain.clock import SECOND
from herald.domain.decisions.decisions import close
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.notification import Lane, Notification, hold, mark_alerted, settle
from herald.domain.transitions import TRANSITIONS, Action, State
from herald.languages.reason import Reason
from herald.store.notification_table import CLAIM_TIME
from tests.support.docs.markdown import code, rows
from tests.support.docs.template import FUNCTION, QUEUE, of_type, whole_numbers
from tests.support.factories import NOON, a_notification, an_attempt
from tests.support.paths import DOCS, FUNCTIONS, ROOT

PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")
LAYER = ROOT / "layers" / "herald" / "herald"
LINES = PAGE.splitlines()


@cache
def definitions(path: Path) -> set[str]:
    """Every function and class of the file, methods included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


# ── Rooms ──


def test_rooms_are_the_layers_of_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = [one["layers"] for one in contracts if one["type"] == "layers"]
    found = re.search(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    assert found[1].splitlines() == layers


def test_package_table_has_every_package() -> None:
    told = {code(name)[0] for name, *_ in rows(PAGE, "| Package |") if name.startswith("`herald.")}
    assert told == {f"herald.{path.parent.name}" for path in LAYER.glob("*/__init__.py")}


# ── States ──


def test_transition_table_is_that_of_the_code() -> None:
    heading = next(line for line in LINES if line.startswith("| From |"))
    actions = [Action(cell.strip()) for cell in heading.strip("|").split("|")[1:]]
    told = {
        (State(*code(state)), action): State(*code(cell))
        for state, *cells in rows(PAGE, heading)
        for action, cell in zip(actions, cells, strict=True)
        if cell
    }
    assert set(actions) == set(Action)
    assert told == TRANSITIONS


ONE = a_notification(claim_id="c1", claim_until=NOON)
LAST = a_notification(claim_id="c1", claim_until=NOON, attempt=len(DEFAULT_LADDER.waits) + 1)
REACHED = {
    State.WAITING: ONE,
    State.HELD: hold(ONE, Reason("held.suspended"), NOON),
    State.DELIVERED: settle(ONE, an_attempt(ONE, success=True), DEFAULT_LADDER, NOON, 90),
    State.FAILED: settle(LAST, an_attempt(LAST), DEFAULT_LADDER, NOON, 90),
    State.RESOLVED: close(ONE, Action.RESOLVE, "alice", "settled by phone", NOON, 90),
    State.CANCELLED: close(ONE, Action.CANCEL, "alice", "sold out", NOON, 90),
}
STATES = {State(*code(state)): cells for state, *cells in rows(PAGE, "| State |")}


def attributes(one: Notification) -> set[str]:
    """Those that belong to its state, and are there."""
    return {name for name in ("due_at", "lane", "since", "reason", "expires_at") if getattr(one, name) is not None}


def indexes(one: Notification) -> set[str]:
    """The indexes in which it stands."""
    return {index for index, key in (("due", one.lane), ("attention", one.since)) if key is not None} or {"none"}


@pytest.mark.parametrize("state", State)
def test_state_has_the_attributes_of_the_page(state: State) -> None:
    _, told, index = STATES[state]
    assert REACHED[state].state is state
    assert set(code(told)) == attributes(REACHED[state])
    assert set(index.split(", ")) == indexes(REACHED[state])


def test_alerted_one_keeps_the_attributes_of_the_page() -> None:
    always, _, _ = STATES[State.FAILED][1].partition(";")
    assert set(code(always)) == attributes(mark_alerted(REACHED[State.FAILED]))


def test_lane_table_has_every_lane() -> None:
    assert [Lane(*code(lane)) for lane, *_ in rows(PAGE, "| Lane of the due index |")] == list(Lane)


# ── Files and functions ──


def places() -> Iterator[tuple[str, list[str]]]:
    """Each path that the page names, with the functions named behind it in the same table cell."""
    for cell in (cell for line in LINES for cell in line.split("|")):
        parts = re.split(r"`((?:functions|layers|tests|tools|docs)/[^`]+)`", cell)
        for path, rest in zip(parts[1::2], parts[2::2], strict=True):
            yield path, code(rest) if cell.strip().startswith("`") else []


@pytest.mark.parametrize(("path", "names"), places())
def test_named_file_has_the_named_functions(path: str, names: list[str]) -> None:
    assert (ROOT / path).exists()
    if path.endswith(".py"):
        assert set(names) <= definitions(ROOT / path)


def test_each_step_names_a_function() -> None:
    steps = rows(PAGE, "| Step |")
    assert [int(number) for number, *_ in steps] == list(range(1, len(steps) + 1))
    assert all(len(code(where)) > 1 for _, where, _ in steps)


@pytest.mark.parametrize("row", rows(PAGE, "| The process stops |"))
def test_crash_table_row_has_its_test(row: list[str]) -> None:
    file, test = code(row[-1])
    assert any(test in definitions(path) for path in (ROOT / "tests").rglob(file))


# ── Who writes what ──


WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
WRITERS = rows(PAGE, "| Table |")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed_writes() -> dict[tuple[str, str], set[str]]:
    """By table and function: the requests that write and that the function's role allows."""
    handlers = {properties["Role"]["Fn::GetAtt"][0]: properties["Handler"] for properties in FUNCTION.values()}
    found: dict[tuple[str, str], set[str]] = {}
    for name, role in of_type("IAM::Role").items():
        for statement in (one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]):
            actions = {str(action).rpartition(":")[2] for action in as_list(statement["Action"])} & WRITES
            for resource in as_list(statement["Resource"]) if actions else []:
                place = (resource["Fn::GetAtt"][0], handlers[name].partition(".")[0])
                found[place] = found.get(place, set()) | actions
    return found


def test_roles_allow_the_writes_of_the_page() -> None:
    told = {(*code(table), *code(function)): set(code(requests)) for table, function, requests, _ in WRITERS}
    assert told == allowed_writes()


# ── Rules of the partner manual, and numbers ──


QUOTATION = re.compile(r"(?:[\u4e00-\u9fff]|[0-9A-Za-z]+(?=[\u4e00-\u9fff])|,(?=[0-9\u4e00-\u9fff]))+")


def test_page_has_every_quotation_of_the_manual() -> None:
    files = [*LAYER.rglob("*.py"), *FUNCTIONS.rglob("*.py")]
    docstrings = [ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for path in files]
    quoted = {sentence for text in docstrings for sentence in QUOTATION.findall(text)}
    assert len(quoted) > 3
    assert {sentence for sentence in quoted if sentence not in PAGE} == set()


def test_times_are_those_of_template_and_code() -> None:
    attempt, claim = max(whole_numbers("AttemptTimeout")), CLAIM_TIME // SECOND
    function = FUNCTION["DelivererFunction"]["Timeout"]
    visible = QUEUE["DeliveryQueue"]["VisibilityTimeout"]
    told = re.search(r"\((\d+) s at most\) <[^(]+\((\d+) s\) <[^(]+\((\d+) s\) <[^(]+\((\d+) s\)", PAGE)
    assert told
    assert [int(number) for number in told.groups()] == [attempt, function, claim, visible]
