"""What the template gives the console: routes without an authorizer, a role, sessions, links, libraries of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.aws_calls.permissions import listed
from tests.support.docs.template import GLOBALS, TABLE, TEMPLATE, events, of_type, statements
from tests.support.paths import ROOT


def test_console_has_every_path_below_its_own() -> None:
    """An unknown one too: the console answers it with a page. None asks for a key, which a browser cannot send."""
    routes = [event for name, event in events("HttpApi") if name == "ConsoleFunction"]
    assert [f"{event['Method']} {event['Path']}" for event in routes] == [
        "GET /console",
        "GET /console/{page+}",
        "POST /console/{page+}",
        "POST /console/sign-in",
    ]
    assert all(event["Auth"] == {"Authorizer": "NONE"} for event in routes)


def test_only_the_console_uses_the_sessions() -> None:
    users = {name for name, statement in statements() if "SessionTable" in str(statement["Resource"])}
    assert users == {"ConsoleRole"}


def test_the_console_may_what_the_operator_may_but_for_reindexing() -> None:
    """And besides it: a session, and the key that it stands for."""
    console, operator = ({one for _, one in rights_in_full(role)} for role in ("ConsoleRole", "OperatorRole"))
    assert operator - console == {("dynamodb:DescribeTable", "NotificationTable")}
    sessions = {(f"dynamodb:{name}Item", "SessionTable") for name in ("Get", "Put", "Update", "Delete")}
    assert console - operator == {("dynamodb:GetItem", "KeyTable"), *sessions}


def rights_in_full(role: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The role with each action and what it is about, but for the log group, which is each function's own."""
    for statement in (one for name, one in statements() if name == role):
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                about = resource.get("Fn::Sub") or resource["Fn::GetAtt"][0]
                if not action.startswith("logs:"):
                    yield role, (action, about)


def test_sessions_are_removed_by_the_attribute_of_their_items() -> None:
    assert TABLE["SessionTable"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("which", ["Business", "Plumbing"])
def test_console_leads_to_the_dashboard(which: str) -> None:
    """By its name: a reference would be a circle, because it draws the console's function. On the engine nowhere."""
    own = of_type("Serverless::Function")["ConsoleFunction"]["Environment"]["Variables"]
    condition, url, without = own[f"{which.upper()}_DASHBOARD_URL"]["Fn::If"]
    output = TEMPLATE["Outputs"][f"{which}DashboardUrl"]["Value"]["Fn::Sub"]
    name = of_type("CloudWatch::Dashboard")[f"{which}Dashboard"]["DashboardName"]["Fn::Sub"]
    assert (condition, without) == ("SpeaksTls", "")
    assert url["Fn::Sub"] == output.replace(f"${{{which}Dashboard}}", name)


def test_only_the_console_carries_its_layers() -> None:
    """SAM adds a function's layers to those of all. Every further library makes a cold start longer."""
    assert GLOBALS["Layers"] == [{"Ref": "DependenciesLayer"}, {"Ref": "HeraldLayer"}]
    own = {name: one["Layers"] for name, one in of_type("Serverless::Function").items() if "Layers" in one}
    assert own == {"ConsoleFunction": [{"Ref": "ConsoleDependenciesLayer"}, {"Ref": "ConsoleLayer"}]}


def test_templates_are_compiled_by_the_library_that_renders_them() -> None:
    """What one version of Jinja2 compiles, another one may refuse."""
    built, deployed = (ROOT / "layers" / name / "requirements.txt" for name in ("console", "console_dependencies"))
    assert pins(built).items() <= pins(deployed).items()
    assert "jinja2" in pins(built)


def pins(path: Path) -> dict[str, str]:
    """The version of each library in a file of requirements."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE))
