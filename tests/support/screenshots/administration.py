"""Partners, jobs, keys and a day of a voucher platform."""

from typing import Any

from console.security.session import Session
from customer_service.lists.work_list import Work
from customer_service.schemas.days import DayCounts
from customer_service.schemas.jobs import Job
from customer_service.schemas.keys import Key
from customer_service.schemas.notifications import WorkLine
from customer_service.schemas.partners import Partner
from herald.domain.clock import HOUR, MINUTE, iso
from herald.languages.current import localized
from herald.languages.reason import Reason
from tests.support.console.samples import administration_samples as samples
from tests.support.console.samples.administration_samples import NOW, counts, entry
from tests.support.screenshots.notifications import (
    ACKNOWLEDGED,
    NAMES,
    REFUSES,
    SILENT,
    SUSPENDED,
    UNAVAILABLE,
    UPPER_CASE,
    WEST_LAKE,
)

ADDRESS = "https://api.westlake-travel.example/herald/notify"


def session(role: str = "operator") -> Session:
    """Of somebody in customer service."""
    return Session(
        session_id="s" * 43, name="林雅婷", role=role, key_hash=samples.OPERATOR_HASH, expires_at=NOW + 8 * HOUR
    )


def work() -> Work:
    """What needs a person before lunch."""
    return Work(
        failed=[
            _line(WEST_LAKE, 141, UNAVAILABLE, 172),
            _line(3534, 18, UPPER_CASE, 35),
            _line(3529, 3, REFUSES, 12),
            _line(3540, 1, SILENT, 4),
        ],
        held=[_line(3531, 26, SUSPENDED, 1_150), _line(3529, 2, SUSPENDED, 9)],
        alerts_open=frozenset({WEST_LAKE, 3534}),
    )


def _line(number: int, count: int, why: Reason, minutes: int) -> WorkLine:
    return {
        "partnerId": number,
        "name": NAMES[number],
        "count": count,
        "oldest": iso(NOW - minutes * MINUTE),
        "reason": localized(why),
        "reasonCode": why.code,
        "reasonValues": dict(why.values),
    }


def partner(**changes: Any) -> Partner:
    """West Lake Travel, which moves to another host."""
    return samples.partner(
        **{
            "name": NAMES[WEST_LAKE],
            "contact": "it@westlake-travel.example, 02-2771-0000 陳工程師",
            "url": ADDRESS,
            "proposedUrl": "https://notify.westlake-travel.example/v2/notify",
            "proposedUrlHost": None,
            "ladder": "3m 6m 12m 24m",
            "lastTest": samples.endpoint_test(
                url="https://notify.westlake-travel.example/v2/notify",
                verdict="success",
                reason=localized(ACKNOWLEDGED),
                excerpt="success",
            ),
            "history": [
                entry("create", localized(Reason("registered")), what=f"url: {ADDRESS}"),
                entry("test", localized(ACKNOWLEDGED), what=f"url: {ADDRESS}"),
                entry("approve", "已與陳工程師電話確認", what=f"url: {ADDRESS}"),
                entry(
                    "change", "they move to another host", what="url: https://notify.westlake-travel.example/v2/notify"
                ),
            ],
            **changes,
        }
    )


def others() -> list[Partner]:
    """The partners of the list."""
    return [
        partner(),
        *(
            partner(partnerId=number, name=name, url=f"https://api.partner-{number}.example/notify", proposedUrl=None)
            for number, name in NAMES.items()
            if number not in {WEST_LAKE, 3531}
        ),
        partner(partnerId=3531, name=NAMES[3531], state="suspended", proposedUrl=None),
        partner(partnerId=3545, name="古城博物館 Old City Museum", state="pending", url=None),
    ]


def job(**changes: Any) -> Job:
    """A redrive of what failed in the morning."""
    return samples.job(**{"matched": 141, "changed": 92, "passedOver": 2, "by": "林雅婷", **changes})


def keys() -> list[Key]:
    """People, systems and a partner."""
    revoked = {"at": "2026-11-24T04:05:06.000Z", "by": "林雅婷", "reason": "left the company"}
    return [
        samples.key(
            id=samples.OPERATOR_HASH[:16], role="operator", name="林雅婷", partnerIds=None, reason="customer service"
        ),
        samples.key(
            id="9b1e" * 4, role="viewer", name="審計 audit", partnerIds=None, expiresAt="2026-12-31T00:00:00.000Z"
        ),
        samples.key(name="redemption service", partnerIds=None, reason="the platform's own system"),
        samples.key(id="77c0" * 4, role="partner", name=NAMES[WEST_LAKE], partnerIds=None, partnerId=WEST_LAKE),
        samples.key(id="04af" * 4, role="operator", name="carol", partnerIds=None, revoked=revoked),
    ]


def day() -> DayCounts:
    """A day with a quiet night and an outage of one partner; what is accepted last still waits."""
    hours = (180, 412, 690, 864, 1_020, 1_190, 930, 870, 912, 988, 1_340, 1_610, 1_480, 1_105, 150)
    failed = {1: 80, 2: 61, 3: 22}
    return samples.day(
        places=None,
        hours={
            hour: counts(count, failed=failed.get(hour, 0), waiting=count // 9 if hour > 12 else count // 60)
            for hour, count in enumerate(hours)
        },
        partners=[
            samples.of_partner(WEST_LAKE, NAMES[WEST_LAKE], 5_120, failed=141, waiting=260, otherwise=12),
            samples.of_partner(3529, NAMES[3529], 4_006, failed=3, waiting=31),
            samples.of_partner(3534, NAMES[3534], 3_180, failed=18, waiting=64),
            samples.of_partner(3540, NAMES[3540], 1_174, failed=1, waiting=8),
            samples.of_partner(3531, NAMES[3531], 261, waiting=26),
        ],
    )
