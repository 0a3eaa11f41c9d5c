"""`GET /openapi.json` describes the whole API, and nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.docs.template import ALWAYS, FUNCTION
from tests.support.http.gateway import routes
from tests.support.http.openapi_assertions import description, undescribed, validator

# The canary's route is for Herald only, and exists in some stacks only; the console answers pages.
TEMPLATES = {
    route: keyed for name in (set(FUNCTION) & ALWAYS) - {"ConsoleFunction"} for route, keyed in routes(name).items()
}
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in description()["paths"].items()
    for method, operation in operations.items()
}


def found(name: str, value: Any) -> Iterator[Any]:
    """Every value of this key, at any depth."""
    if isinstance(value, dict):
        yield from [value[name]] if name in value else []
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from found(name, one)


def success_schemas(operation: Any) -> Any:
    """The schemas of the successful responses, with each reference replaced by its schema."""
    schemas = description()["components"]["schemas"]

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return resolved(schemas[value["$ref"].rsplit("/", 1)[1]])
        return {name: resolved(one) for name, one in value.items()}

    return [resolved(one["content"]) for status, one in operation["responses"].items() if status < "4"]


def parameters_of(operation: Any) -> list[Any]:
    """The parameters, with each reference replaced."""
    shared = description()["components"]["parameters"]
    return [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in operation["parameters"]]


def lists_in(schema: Any) -> Iterator[Any]:
    """The object schemas that have `items`."""
    if isinstance(schema, dict) and "items" in schema.get("properties", {}):
        yield schema
    elif isinstance(schema, dict | list):
        for one in schema.values() if isinstance(schema, dict) else schema:
            yield from lists_in(one)


def test_the_document_is_valid_openapi() -> None:
    validate(description())


def test_the_document_has_the_routes_of_the_template() -> None:
    assert sorted(OPERATIONS) == sorted(TEMPLATES)


def test_every_operation_has_a_summary_and_a_tag() -> None:
    tags = {tag["name"] for tag in description()["tags"]}
    summaries = {operation["summary"]: operation["operationId"] for operation in OPERATIONS.values()}
    assert len(set(summaries.values())) == len(OPERATIONS)
    assert all(set(operation["tags"]) <= tags for operation in OPERATIONS.values())


@pytest.mark.parametrize("route", OPERATIONS)
def test_an_operation_has_its_security_and_errors(route: str) -> None:
    operation = OPERATIONS[route]
    keyed = operation.get("security", description()["security"]) == [{"key": []}]
    assert keyed == TEMPLATES[route]
    refusals = {status for status in operation["responses"] if status >= "4"}
    assert refusals >= {"429", "500", "503"}
    assert (refusals >= {"401", "403"}) == keyed
    assert ("413" in refusals) == ("requestBody" in operation)
    assert ("400" in refusals) >= ("requestBody" in operation)


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_parameter_is_described(route: str) -> None:
    parameters = parameters_of(OPERATIONS[route])
    places = [one["name"] for one in parameters if one["in"] == "path"]
    assert places == re.findall(r"\{(\w+)\}", route)
    assert all(one["description"].endswith(".") for one in parameters)
    assert all(validator(one["schema"]).is_valid(one["example"]) for one in parameters if one["required"])


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_operation_takes_a_language(route: str) -> None:
    assert "Accept-Language" in {one["name"] for one in parameters_of(OPERATIONS[route])}


def test_a_response_with_sentences_names_its_language() -> None:
    named = {status: one.get("headers", {}) for status, one in description()["components"]["responses"].items()}
    assert [status for status, headers in named.items() if "Content-Language" not in headers] == ["429"]
    silent = [
        route
        for route, operation in OPERATIONS.items()
        for status, one in operation["responses"].items()
        if status < "4" and "Content-Language" not in one.get("headers", {})
    ]
    assert silent == ["POST /notifications", "POST /inbound/{token}", "GET /orders", "GET /health"]


def test_every_body_has_a_valid_example() -> None:
    schemas = description()["components"]["schemas"]
    with_examples = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    for name, examples in with_examples.items():
        assert [error.message for one in examples for error in validator(schemas[name]).iter_errors(one)] == []
    submission = OPERATIONS["POST /notifications"]["requestBody"]["content"]["application/json"]
    assert validator(submission["schema"]).is_valid(submission["examples"]["redeemed"]["value"])
    bodies = {ref.rsplit("/", 1)[1] for one in OPERATIONS.values() for ref in found("$ref", one.get("requestBody"))}
    assert bodies - {"Redeemed", "Refunded"} <= set(with_examples)


LISTS = [
    route
    for route, operation in OPERATIONS.items()
    if any("items" in one for one in found("properties", success_schemas(operation)))
]


def test_the_lists_are_complete() -> None:
    assert set(LISTS) == {"GET /notifications", "GET /jobs", "GET /partners", "GET /sources", "GET /keys"}


@pytest.mark.parametrize("route", LISTS)
def test_a_list_has_pages_or_a_stated_size(route: str) -> None:
    parameters = {one["name"] for one in parameters_of(OPERATIONS[route])}
    for schema in lists_in(success_schemas(OPERATIONS[route])):
        if "cursor" in schema["properties"]:
            assert parameters >= {"limit", "cursor"}
        else:
            assert re.search(r"newest \d+|as many as one answer holds", schema["description"])


def test_no_schema_has_a_title() -> None:
    assert list(found("title", description())) == ["Herald"]


def test_patterns_are_valid_json_schema() -> None:
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
def test_an_undescribed_response_is_found(status: int, content_type: str, body: Any, says: str) -> None:
    (error,) = undescribed("GET /health", status, content_type, body)
    assert says in error
