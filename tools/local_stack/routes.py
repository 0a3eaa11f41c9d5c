"""The API's routes. The engine ignores the OpenAPI body that SAM makes of a HttpApi: we make of it what AWS would."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.local_engine.engine import Engine

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client

_FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}/invocations")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its key (`POST /notifications` or `$default`), its function's logical id, whether it wants a key."""

    key: str
    function: str
    guarded: bool


def routes_of(body: Mapping[str, Any]) -> list[Route]:
    """The routes that the OpenAPI body describes, also those of a function that stands under a condition."""
    return [
        Route(
            key=path if path == "$default" else f"{method.upper()} {path}",
            function=_function_of(operation["x-amazon-apigateway-integration"]["uri"]),
            guarded=any("NONE" not in scheme for scheme in operation.get("security", [])),
        )
        for path, methods in _met(body["paths"]).items()
        for method, operation in methods.items()
    ]


def _met(node: Any) -> Any:  # noqa: ANN401 - any part of the body
    """What stands there where the conditions around it are met."""
    match node:
        case {"Fn::If": [_, met, _]}:
            return _met(met)
        case Mapping():
            return {key: _met(one) for key, one in node.items()}
    return node


def authorizer_of(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and the description of the one authorizer."""
    ((name, scheme),) = body["components"]["securitySchemes"].items()
    return name, scheme["x-amazon-apigateway-authorizer"]


def create_routes(engine: Engine, api_id: str, body: Mapping[str, Any], functions: Mapping[str, str]) -> None:
    """Gives the API exactly the routes of the body; `functions` are the physical names by logical id."""
    api = engine.client("apigatewayv2")
    wanted = [route for route in routes_of(body) if route.function in functions]  # the others' condition is not met
    if _present(api, api_id) == {route.key for route in wanted}:
        return
    for route in api.get_routes(ApiId=api_id)["Items"]:
        api.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    uris = {logical: _uri(engine, name) for logical, name in functions.items()}
    authorizer_id = _create_authorizer(api, api_id, body, uris)
    targets = {
        function: _create_integration(api, api_id, uris[function]) for function in {route.function for route in wanted}
    }
    for route in wanted:
        guard = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizer_id} if route.guarded else {}
        api.create_route(ApiId=api_id, RouteKey=route.key, Target=f"integrations/{targets[route.function]}", **guard)


def _present(api: "ApiGatewayV2Client", api_id: str) -> set[str]:
    return {route["RouteKey"] for route in api.get_routes(ApiId=api_id)["Items"]}


def _create_authorizer(api: "ApiGatewayV2Client", api_id: str, body: Mapping[str, Any], uris: Mapping[str, str]) -> str:
    name, settings = authorizer_of(body)
    _, variables = settings["authorizerUri"]["Fn::Sub"]
    created = api.create_authorizer(
        ApiId=api_id,
        Name=name,
        AuthorizerType="REQUEST",
        AuthorizerUri=uris[variables["__FunctionArn__"]["Fn::GetAtt"][0]],
        AuthorizerPayloadFormatVersion=settings["authorizerPayloadFormatVersion"],
        AuthorizerResultTtlInSeconds=settings["authorizerResultTtlInSeconds"],
        EnableSimpleResponses=settings["enableSimpleResponses"],
        IdentitySource=settings["identitySource"],
    )
    return str(created["AuthorizerId"])


def _create_integration(api: "ApiGatewayV2Client", api_id: str, uri: str) -> str:
    created = api.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationMethod="POST",
        IntegrationUri=uri,
        PayloadFormatVersion="2.0",
    )
    return str(created["IntegrationId"])


def _function_of(uri: Mapping[str, str]) -> str:
    found = _FUNCTION.search(uri["Fn::Sub"])
    if found is None:
        raise ValueError(f"no function in {uri}")
    return found[1]


def _uri(engine: Engine, function_name: str) -> str:
    arn = engine.client("lambda").get_function_configuration(FunctionName=function_name)["FunctionArn"]
    region = arn.split(":")[3]
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
