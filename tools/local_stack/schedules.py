"""The API's address on the local engine, where it answers at another one than its attribute says."""

import json
from collections.abc import Iterable

from tools.local_engine.engine import Engine

_KEPT = ("ScheduleExpression", "FlexibleTimeWindow", "State")


def tell_api_url(engine: Engine, stack_name: str, functions: Iterable[str], api_url: str) -> None:
    """Puts the address where the template has the API's, into schedules' events and the variables of functions.

    `ApiEndpoint` is a name that no machine looks up here.
    """
    _tell_functions(engine, functions, api_url)
    scheduler = engine.client("scheduler")
    for one in scheduler.list_schedules(NamePrefix=f"{stack_name}-")["Schedules"]:
        found = scheduler.get_schedule(Name=one["Name"])
        event = json.loads(found["Target"].get("Input") or "{}")
        if "apiUrl" in event:
            target = {**found["Target"], "Input": json.dumps({**event, "apiUrl": api_url})}
            scheduler.update_schedule(Name=one["Name"], Target=target, **{name: found[name] for name in _KEPT})


def _tell_functions(engine: Engine, functions: Iterable[str], api_url: str) -> None:
    lambdas = engine.client("lambda")
    for name in functions:
        variables = lambdas.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        if variables.get("API_URL", api_url) != api_url:
            environment = {"Variables": {**variables, "API_URL": api_url}}
            lambdas.update_function_configuration(FunctionName=name, Environment=environment)
