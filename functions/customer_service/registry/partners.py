"""What is decided about a partner: its registration, changes of it, tests, and the review of its addresses.

`by` is the name of the person who decides; it stands in the partner's history.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from customer_service.dependencies import keys, partners
from customer_service.refusals import ApiRefusal
from customer_service.registry.endpoint_probe import probe_endpoint
from customer_service.registry.partner_access import decide, find
from customer_service.registry.proposal import check_proposal
from customer_service.registry.seen_values import as_seen
from customer_service.schemas.requests import Amendment, Approval, NewPartner, Which, Why
from customer_service.schemas.responses import PartnerResponse, RegisteredPartnerResponse, TestResponse
from customer_service.serializers.partner_serializer import endpoint_test_response, partner_response
from herald.contract.signature import new_secret
from herald.domain.api_key import Key, Role, hash_of, new_key
from herald.domain.clock import now
from herald.domain.ladder import Ladder, MalformedLadder
from herald.domain.limits.extra_headers import check_headers
from herald.domain.partner import EndpointTest, Partner, ReviewState, register, require_registered, update_partner
from herald.domain.review.address_review import approve, resume, suspend, with_test
from herald.languages.message import Message
from herald.store.key_table import MAX_NAME
from herald.store.partner_table import PartnerConflict

_NOTHING_TO_TEST: Final = {
    "proposed": Message("the partner has no proposed address to test"),
    "approved": Message("the partner has no approved address to test"),
}


def register_partner(request: NewPartner, by: str) -> RegisteredPartnerResponse:
    """Stores a new partner, with its signing secret and its query key, which are in the result this once.

    Raises `ApiRefusal`: 400, and 409 where the number is registered.
    """
    secret, query_key = new_secret(), new_key(Role.PARTNER)
    before = partners().get(request.partner_id)
    if before and before.state is not ReviewState.DELETED:
        raise _registered_already(before)
    partner = register(_new(request, secret, query_key), by, now(), deleted=before)
    # The key first: if it cannot be stored, no partner without a key exists, and the caller can try again.
    holder = Key(role=Role.PARTNER, name=partner.name[:MAX_NAME], partner_id=partner.partner_id)
    issued = keys().add(query_key, holder, now(), by=by, reason="registered")
    if not partners().add(partner):
        keys().revoke(issued, by, "it was never shown: another request registered the partner", now())
        raise _registered_already(partner)
    return {**partner_response(partner), "secret": secret, "queryKey": query_key}


def change_partner(
    partner_id: int, request: Amendment, by: str, *, seen: Mapping[str, str] | None = None
) -> PartnerResponse:
    """Changes what the request sets. Raises `ApiRefusal` (400, 404), `HeaderRefused`, `PartnerConflict`.

    `seen` are the values that the person saw of what is to be changed (`as_seen`), by the names of the request's
    members and empty where there was none, where they are known: what somebody else changed since is not changed again.
    """
    changes = _changes(request)
    if not changes:
        message = Message(
            "nothing to change: give `name`, `contact`, `url`, `internal`, `ladder`, `timeout`, `ratePerSecond`, "
            "`concurrency` or `headers`"
        )
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)

    def changed(before: Partner) -> Partner:
        if not (seen or {}).items() <= _changeable(before).items():
            raise PartnerConflict(before)
        after = update_partner(before, _with_removals(changes, before), by, request.reason, now())
        check_proposal(after, changes)
        return after

    return decide(partner_id, changed)


def test_address(partner_id: int, request: Which, by: str) -> TestResponse:
    """Sends a `testNotify` to one of the partner's addresses. Raises `ApiRefusal`: 404, 409 without such an address."""
    partner = find(partner_id)
    require_registered(partner)
    url = partner.proposed_url if request.which == "proposed" else partner.url
    if url is None:
        raise ApiRefusal(HTTPStatus.CONFLICT, _NOTHING_TO_TEST[request.which])
    internal = partner.proposed_internal if request.which == "proposed" else partner.internal
    result = EndpointTest(url=url, outcome=probe_endpoint(partner, url, internal=internal), internal=internal)
    _save_test_result(partner, result, by)
    return endpoint_test_response(result)


def approve_address(
    partner_id: int, request: Approval, by: str, *, seen: tuple[str, bool] | None = None
) -> PartnerResponse:
    """Puts the proposed address in the place of the approved one. Raises `ReviewRefused` and `PartnerConflict`.

    `seen` is the address that the person saw (`as_seen`), and whether it was internal, where that is known: a proposal
    made since is not approved by it.
    """

    def approved(before: Partner) -> Partner:
        if seen is not None and (as_seen(before.proposed_url or ""), before.proposed_internal) != seen:
            raise PartnerConflict(before)
        return approve(before, by, request.reason, now(), force=request.force)

    return decide(partner_id, approved)


def suspend_partner(partner_id: int, request: Why, by: str) -> PartnerResponse:
    """Nothing more is sent to the partner. Raises `ReviewRefused` and `PartnerConflict`."""
    return decide(partner_id, lambda before: suspend(before, by, request.reason, now()))


def resume_partner(partner_id: int, request: Why, by: str) -> PartnerResponse:
    """The partner may receive again. Raises `ReviewRefused` and `PartnerConflict`."""
    return decide(partner_id, lambda before: resume(before, by, request.reason, now()))


def _save_test_result(partner: Partner, result: EndpointTest, by: str) -> None:
    """Saves the result also if the partner was changed during the test, which may take seconds."""
    try:
        partners().save(partner, with_test(partner, result, by, now()))
    except PartnerConflict as changed:
        if changed.current is None:
            raise
        partners().save(changed.current, with_test(changed.current, result, by, now()))


def _registered_already(there: Partner) -> ApiRefusal:
    message = Message("partner {partner_id} is registered already", partner_id=there.partner_id)
    if not there.is_registered:
        message = Message(
            "the data of partner {partner_id} is being deleted: register it anew when that is done",
            partner_id=there.partner_id,
        )
    return ApiRefusal(HTTPStatus.CONFLICT, message)


def _new(request: NewPartner, secret: str, query_key: str) -> Partner:
    partner = Partner(
        partner_id=request.partner_id,
        name=request.name,
        contact=request.contact,
        state=ReviewState.PENDING,
        secret=secret,
        query_keys=(hash_of(query_key),),
        proposed_url=request.url,
        proposed_internal=request.internal,
        ladder=_ladder(request.ladder),
    )
    check_proposal(partner)
    return partner


def _changeable(one: Partner) -> dict[str, str]:
    """What a request may change (`as_seen`), by the names of its members; empty where there is none."""
    values = {
        "name": one.name,
        "contact": one.contact,
        "url": one.proposed_url,
        "internal": "true" if one.proposed_internal else None,
        "ladder": one.ladder,
        "timeout": one.timeout,
        "ratePerSecond": one.rate_per_second,
        "concurrency": one.concurrency,
    }
    return {name: "" if value is None else as_seen(str(value)) for name, value in values.items()}


def _changes(request: Amendment) -> dict[str, Any]:
    """The members that the request sets, by the names of the attributes of `Partner`."""
    changes = request.model_dump(exclude={"reason"}, exclude_unset=True)
    for name in ("url", "internal"):
        if name in changes:
            changes[f"proposed_{name}"] = changes.pop(name)
    if "ladder" in changes:
        changes["ladder"] = _ladder(changes["ladder"])
    check_headers(changes.get("headers") or {})
    return changes


def _with_removals(changes: dict[str, Any], before: Partner) -> dict[str, Any]:
    """The changes; `headers: null` as the removal of every header that the partner has."""
    if "headers" not in changes or changes["headers"] is not None:
        return changes
    return {**changes, "headers": dict.fromkeys(before.headers)}


def _ladder(text: str | None) -> Ladder | None:
    try:
        return None if text is None else Ladder.parse(text)
    except MalformedLadder as malformed:
        message = Message("`ladder`: {problem}", problem=malformed.message)
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message) from None
