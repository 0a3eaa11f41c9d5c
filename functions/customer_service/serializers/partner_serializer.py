"""The JSON form of partners in responses. It never holds a secret.

mypy compares each function with the TypedDict of its response in `schemas`.
"""

from typing import Required, TypedDict

from customer_service.schemas.responses import HostResponse, PartnerEntryResponse, PartnerResponse, TestResponse
from customer_service.serializers.attempt_serializer import outcome_response
from customer_service.serializers.breaker_serializer import breaker_response
from customer_service.serializers.reason_serializer import reason_response
from herald.domain.clock import iso
from herald.domain.partner import EndpointTest, Partner, PartnerEntry
from herald.endpoint.host_review import review_host
from herald.languages.current import localized


class _Particulars(TypedDict, total=False):
    what: str


class _UrlHost(TypedDict, total=False):
    urlHost: HostResponse


class _Tested(_UrlHost):
    url: Required[str]
    internal: Required[bool]


class _ProposedUrlHost(TypedDict, total=False):
    proposedUrlHost: HostResponse


def endpoint_test_response(test: EndpointTest) -> TestResponse:
    """The attempt of a test, and the address that was tested."""
    address: _Tested = {"url": test.url, **_url_host(test.url), "internal": test.internal}
    return {**address, "round": 1, "attempt": 1, **outcome_response(test.outcome)}


def _url_host(url: str | None) -> _UrlHost:
    host = _host_response(url)
    return {"urlHost": host} if host else {}


def _proposed_url_host(url: str | None) -> _ProposedUrlHost:
    host = _host_response(url)
    return {"proposedUrlHost": host} if host else {}


def _host_response(url: str | None) -> HostResponse | None:
    """What a reviewer must see of a host name that is not plain ASCII; None for other names."""
    review = review_host(url) if url else None
    return (
        {"name": review.name, "ascii": review.ascii, "warnings": [*map(localized, review.warnings)]} if review else None
    )


def partner_response(one: Partner) -> PartnerResponse:
    """The partner with its review and its history."""
    return {
        "partnerId": one.partner_id,
        "name": one.name,
        "contact": one.contact,
        "state": one.state,
        "url": one.url,
        **_url_host(one.url),
        "internal": one.internal,
        "proposedUrl": one.proposed_url,
        **_proposed_url_host(one.proposed_url),
        "proposedInternal": one.proposed_internal,
        "ladder": str(one.ladder) if one.ladder else None,
        "timeout": one.timeout,
        "ratePerSecond": one.rate_per_second,
        "concurrency": one.concurrency,
        "headerNames": sorted(one.headers),
        "lastTest": endpoint_test_response(one.last_test) if one.last_test else None,
        "breaker": breaker_response(one.breaker),
        "history": [partner_entry_response(entry) for entry in one.history],
    }


def partner_entry_response(entry: PartnerEntry) -> PartnerEntryResponse:
    """Who changed the partner or the source, when, what and why."""
    particulars: _Particulars = {"what": entry.what} if entry.what else {}
    return {"at": iso(entry.at), "by": entry.by, "action": entry.action, **reason_response(entry.reason), **particulars}
