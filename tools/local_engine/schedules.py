"""The schedules' events on the local engine, where the API answers at another address than its attribute says."""

import json

from tools.local_engine.engine import Engine

_KEPT = ("ScheduleExpression", "FlexibleTimeWindow", "State")


def tell_api_url(engine: Engine, stack_name: str, api_url: str) -> None:
    """Puts the address into the events that name the API's: `ApiEndpoint` is a name that no machine looks up here."""
    scheduler = engine.client("scheduler")
    for one in scheduler.list_schedules(NamePrefix=f"{stack_name}-")["Schedules"]:
        found = scheduler.get_schedule(Name=one["Name"])
        event = json.loads(found["Target"].get("Input") or "{}")
        if "apiUrl" in event:
            target = {**found["Target"], "Input": json.dumps({**event, "apiUrl": api_url})}
            scheduler.update_schedule(Name=one["Name"], Target=target, **{name: found[name] for name in _KEPT})
