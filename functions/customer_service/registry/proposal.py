"""Whether an address can be proposed for a partner, as far as it shows without DNS: the rest shows in its test."""

from collections.abc import Container
from http import HTTPStatus
from typing import Final

from customer_service.refusals import ApiRefusal
from herald.domain.partner import Partner
from herald.endpoint.endpoint_policy import EndpointRefused, check_ranges, check_url
from herald.languages.message import Message
from herald.runtime.settings import Settings, get_settings

ADDRESS: Final = frozenset({"proposed_url", "proposed_internal"})  # the attributes of `Partner` that are checked


def check_proposal(after: Partner, changed: Container[str] = ADDRESS) -> None:
    """Checks the partner's proposed address, if it or its mark as internal is among the `changed` attributes.

    Raises `ApiRefusal` 400, which names the member of the request.
    """
    settings = get_settings()
    if after.proposed_internal and "proposed_internal" in changed:
        try:
            check_ranges(settings.internal_cidrs, allow_private=settings.allow_private_endpoints)
        except EndpointRefused as refused:
            raise _refusal(Message("`internal`: {problem}", problem=refused.reason)) from None
    if after.proposed_url is not None and any(name in changed for name in ADDRESS):
        _check_url(after.proposed_url, after, settings)


def _check_url(url: str, after: Partner, settings: Settings) -> None:
    ranges = settings.internal_cidrs if after.proposed_internal else None
    try:
        check_url(url, allow_private=settings.allow_private_endpoints, ranges=ranges)
    except EndpointRefused as refused:
        raise _refusal(Message("`url`: {problem}", problem=refused.reason)) from None


def _refusal(message: Message) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.BAD_REQUEST, message)
