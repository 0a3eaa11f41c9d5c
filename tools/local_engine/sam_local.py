"""The files by which `sam local invoke` and `sam local start-api` use the running stack; samconfig.toml names both.

SAM hands a container only the variables that the template names, and values of the person's own shell before the
template's. So the first file is the built template with the engine's address among its variables, and the second one
(`--env-vars`, which wins over the shell) has all values once more.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_dump, yaml_parse  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.engine import Engine
from tools.local_engine.environment import BUILT, aws_environment
from tools.local_stack.stack import Stack

INSIDE = "host.docker.internal"  # what containers call this machine
_PATHS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_OF_THE_PERSON = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")  # there are no such files in a container

type Json = Any
type Variables = dict[str, dict[str, str]]


def write_files(engine: Engine, stack: Stack, parameters: Mapping[str, str]) -> None:
    """Writes both files for what is deployed, with these values of the template's parameters (all of them)."""
    variables = variables_of(engine, stack)
    built: Json = yaml_parse((BUILT / "template.yaml").read_text(encoding="utf-8"))
    template = template_in(engine.home)
    code = BUILT.relative_to(template.parent.resolve(), walk_up=True)
    _write(template, yaml_dump(connected(built, variables, parameters, code)))
    _write(variables_in(engine.home), json.dumps(variables, indent=2) + "\n")
    engine.let_containers_in()


def remove_files(home: Path) -> None:
    """For when the stack is gone: SAM is to say so."""
    variables_in(home).unlink(missing_ok=True)
    template_in(home).unlink(missing_ok=True)


def template_in(home: Path) -> Path:
    """The template of the functions in containers."""
    return home / "sam" / "template.yaml"


def variables_in(home: Path) -> Path:
    """Their variables. Where they are missing, SAM says "Path '.local/run make up first/env.json' does not exist"."""
    return home / "run make up first" / "env.json"


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")


def variables_of(engine: Engine, stack: Stack) -> Variables:
    """Each function's environment by its logical id: as it is deployed, with the way to the engine from a container."""
    lambdas = engine.client("lambda")
    access = {name: value for name, value in aws_environment(inside(engine)).items() if name not in _OF_THE_PERSON}
    own = {**access, "AWS_REGION": access["AWS_DEFAULT_REGION"], "AWS_SESSION_TOKEN": ""}

    def as_deployed(name: str) -> dict[str, str]:
        variables: dict[str, str] = lambdas.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        api = {"API_URL": variables["API_URL"].replace(engine.url, inside(engine))} if "API_URL" in variables else {}
        return {**variables, **api, **own}

    return {logical: as_deployed(name) for logical, name in stack.functions.items()}


def inside(engine: Engine) -> str:
    """The engine's address as containers know it."""
    return f"http://{INSIDE}:{engine.port}"


def connected(built: Json, variables: Variables, parameters: Mapping[str, str], code: Path) -> Json:
    """The built template whose functions have these variables, and whose parameters have these values as defaults.

    `code` is the folder of what was built, as seen from the template's.
    """
    resources = {name: _connected(one, variables.get(name, {}), code) for name, one in built["Resources"].items()}
    values = {name: {**one, "Default": parameters[name]} for name, one in built["Parameters"].items()}
    return {**built, "Parameters": values, "Resources": resources}


def _connected(resource: Json, variables: Mapping[str, str], code: Path) -> Json:
    if not isinstance(resource, Mapping) or (path := _PATHS.get(resource.get("Type", ""))) is None:
        return resource  # another kind, or a loop
    properties = resource["Properties"]
    away = {path: str(code / properties[path])}
    own = {"Environment": {"Variables": dict(variables)}} if variables else {}
    return {**resource, "Properties": {**properties, **away, **own}}
