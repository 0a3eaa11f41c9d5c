"""`GET /openapi.json` tells of the whole API, and of nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.docs.template import ALWAYS, FUNCTION
from tests.support.http.gateway import routes
from tests.support.http.openapi_assertions import description, undescribed, validator

# The canary's own address is for Herald alone, and not always there.
TEMPLATES = {route: keyed for name in set(FUNCTION) & ALWAYS for route, keyed in routes(name).items()}
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in description()["paths"].items()
    for method, operation in operations.items()
}


def found(name: str, inside: Any) -> Iterator[Any]:
    """Every value of this key, however deep."""
    if isinstance(inside, dict):
        yield from [inside[name]] if name in inside else []
        inside = list(inside.values())
    if isinstance(inside, list):
        for one in inside:
            yield from found(name, one)


def as_answered(operation: Any) -> Any:
    """The schema of the answers that succeed, with what it refers to in place of each reference to it."""
    schemas = description()["components"]["schemas"]

    def whole(inside: Any) -> Any:
        if isinstance(inside, list):
            return [whole(one) for one in inside]
        if not isinstance(inside, dict):
            return inside
        if "$ref" in inside:
            return whole(schemas[inside["$ref"].rsplit("/", 1)[1]])
        return {name: whole(one) for name, one in inside.items()}

    return [whole(one["content"]) for status, one in operation["responses"].items() if status < "4"]


def forms_of(answered: Any) -> Iterator[Any]:
    """The objects with `items` of a schema."""
    if isinstance(answered, dict) and "items" in answered.get("properties", {}):
        yield answered
    elif isinstance(answered, dict | list):
        for one in answered.values() if isinstance(answered, dict) else answered:
            yield from forms_of(one)


def test_the_description_is_valid_openapi() -> None:
    validate(description())


def test_every_route_of_the_template_is_described_and_no_other() -> None:
    assert sorted(OPERATIONS) == sorted(TEMPLATES)


def test_every_route_says_what_it_does_and_to_whose_work_it_belongs() -> None:
    tags = {tag["name"] for tag in description()["tags"]}
    summaries = {operation["summary"]: operation["operationId"] for operation in OPERATIONS.values()}
    assert len(set(summaries.values())) == len(OPERATIONS)
    assert all(set(operation["tags"]) <= tags for operation in OPERATIONS.values())


@pytest.mark.parametrize("route", OPERATIONS)
def test_a_route_asks_for_a_key_where_the_template_does_and_says_how_it_refuses(route: str) -> None:
    operation = OPERATIONS[route]
    asks = operation.get("security", description()["security"]) == [{"key": []}]
    assert asks == TEMPLATES[route]
    refusals = {status for status in operation["responses"] if status >= "4"}
    assert refusals >= {"429", "500", "503"}
    assert (refusals >= {"401", "403"}) == asks
    assert ("413" in refusals) == ("requestBody" in operation)
    assert ("400" in refusals) >= ("requestBody" in operation)


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_place_in_a_path_and_every_parameter_is_explained(route: str) -> None:
    parameters = OPERATIONS[route].get("parameters", [])
    places = [one["name"] for one in parameters if one["in"] == "path"]
    assert places == re.findall(r"\{(\w+)\}", route)
    assert all(one["description"].endswith(".") for one in parameters)
    assert all(validator(one["schema"]).is_valid(one["example"]) for one in parameters if one["required"])


def test_every_body_that_a_route_takes_or_gives_has_an_example_that_keeps_to_its_own_description() -> None:
    schemas = description()["components"]["schemas"]
    exemplary = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    for name, examples in exemplary.items():
        assert [error.message for one in examples for error in validator(schemas[name]).iter_errors(one)] == []
    submission = OPERATIONS["POST /notifications"]["requestBody"]["content"]["application/json"]
    assert validator(submission["schema"]).is_valid(submission["examples"]["redeemed"]["value"])
    taken = {ref.rsplit("/", 1)[1] for one in OPERATIONS.values() for ref in found("$ref", one.get("requestBody"))}
    assert taken - {"Redeemed", "Refunded"} <= set(exemplary)


LISTS = [
    route
    for route, operation in OPERATIONS.items()
    if any("items" in one for one in found("properties", as_answered(operation)))
]


def test_the_lists_are_known_here() -> None:
    assert set(LISTS) == {"GET /notifications", "GET /jobs", "GET /partners"}


@pytest.mark.parametrize("route", LISTS)
def test_a_list_has_pages_or_says_how_much_it_holds_at_most(route: str) -> None:
    parameters = {one["name"] for one in OPERATIONS[route].get("parameters", [])}
    for form in forms_of(as_answered(OPERATIONS[route])):
        if "cursor" in form["properties"]:
            assert parameters >= {"limit", "cursor"}
        else:
            assert re.search(r"newest \d+|as many as one answer holds", form["description"])


def test_no_title_says_a_name_again_in_one_word() -> None:
    assert list(found("title", description())) == ["Herald"]


def test_patterns_are_written_as_json_schema_writes_them() -> None:
    patterns = set(found("pattern", description()))
    assert [pattern for pattern in patterns if "\\z" in pattern] == []
    assert any(pattern.endswith("$") for pattern in patterns)


@pytest.mark.parametrize(
    ("status", "content_type", "body", "says"),
    [
        (200, "application/json", {"status": "ok", "version": "1", "colour": "red"}, "Additional properties"),
        (200, "application/json", {"status": "ok"}, '"version" is a required property'),
        (200, "text/plain", {"status": "ok", "version": "1"}, "may not answer text/plain"),
        (404, "application/json", {"code": 40400, "describe": "x"}, "may not answer 404"),
        (503, "application/json", {"code": "x"}, "not valid"),
    ],
)
def test_what_is_not_described_is_noticed(status: int, content_type: str, body: Any, says: str) -> None:
    (told,) = undescribed("GET /health", status, content_type, body)
    assert says in told
