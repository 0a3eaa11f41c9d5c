"""Sources in the JSON form of the API, for the pages of the console."""

from typing import Any

from customer_service.schemas.sources.responses import Source, SourceWithToken
from tests.support.console.samples.administration_samples import HOSTILE, entry

SOURCE_ID = "0f1e2d3c4b5a6978"
TOKEN = f"herald_inbound_{SOURCE_ID}_" + "Qm7x-2Zk" * 5 + "abc"
DEMANDS = {"signed": True, "cidrs": ["203.0.113.0/24", "2001:db8:7::/48"], "headerName": "X-Platform-Token"}


def source(**changes: Any) -> Source:
    """One that demands nothing besides its token."""
    one: dict[str, Any] = {
        "id": SOURCE_ID,
        "name": "券券平台 The platform",
        "partnerId": 3528,
        "state": "active",
        "signed": False,
        "cidrs": [],
        "headerName": None,
        "createdAt": "2026-11-23T04:00:00.000Z",
        "previousTokenUntil": None,
        "history": [entry("create", "they send us their notifications", what="demands: none")],
    }
    return Source(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Source`


def changed_source(**changes: Any) -> Source:
    """One that demands everything, with a token that was rotated an hour ago."""
    history = [
        *source()["history"],
        entry("change", "contract of May", what="demands: signature, cidrs 203.0.113.0/24, header X-Platform-Token"),
        entry("suspend", "their key leaked"),
        entry("resume", "repaired"),
        entry("rotate token", "once a year"),
    ]
    overlap = "2026-11-27T03:05:06.000Z"
    return source(**{**DEMANDS, "previousTokenUntil": overlap, "history": history, **changes})


def hostile_source(**changes: Any) -> Source:
    """One whose names and reasons want to do harm."""
    history = [entry("change", HOSTILE * 20, what="y" * 10_000)] * 50
    return source(**{"name": HOSTILE, "history": history, "cidrs": ["203.0.113.0/24"] * 20, **changes})


def source_with_token() -> SourceWithToken:
    """One that was just registered."""
    return SourceWithToken(**source(), token=TOKEN, path=f"/inbound/{TOKEN}")
