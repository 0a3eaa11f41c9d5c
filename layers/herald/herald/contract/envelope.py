"""The wire contract: what a publisher submits and a partner receives (DESIGN, section 1, after the partner manual)."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from herald.contract.canonical_json import digest
from herald.contract.strict_json import NotStrictJson, parse
from herald.contract.validation_messages import explain
from herald.domain.notification_id import NotificationId

MAX_BYTES = 64 * 1024  # of the text in UTF-8

type Count = Annotated[StrictInt, Field(ge=0)]
type Number = StrictStr | StrictInt  # kept as sent; an int may exceed 2^53
type OrderId = Annotated[StrictStr, Field(pattern=r"^[\x21-\x7e]{1,64}\z")]


class EnvelopeRefused(ValueError):
    """The text is no notification; the message names the field and says what to send instead."""


class EnvelopeTooLarge(ValueError):
    """The text is longer than 64 KiB."""


class _Fields(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, alias_generator=to_camel)


class _Body(_Fields):
    order_id: OrderId
    lh_order_id: Annotated[Number | None, Field(alias="LHOrderId")] = None
    order_status: StrictInt
    sncode: StrictStr | None = None
    quantity: StrictInt | None = None
    re_quantity: StrictInt | None = None
    re_status: StrictInt | None = None
    refund_id: Number | None = None


class RedeemedBody(_Body):
    """What was redeemed; `usedQuantity` is the total so far."""

    order_quantity: Count
    used_quantity: Count


class RefundedBody(_Body):
    """What was decided about a refund; `reQuantity` is the total so far."""

    order_quantity: Count | None = None
    used_quantity: Count | None = None


class _Envelope(_Fields):
    code: StrictInt
    describe: StrictStr
    partner_id: Annotated[StrictInt, Field(gt=0)]


class Redeemed(_Envelope):
    """A code was redeemed."""

    method: Literal["snNotify"]
    body: RedeemedBody


class Refunded(_Envelope):
    """A refund was decided."""

    method: Literal["reNotify"]
    body: RefundedBody


CONTRACT: TypeAdapter[Redeemed | Refunded] = TypeAdapter(Annotated[Redeemed | Refunded, Field(discriminator="method")])


@dataclass(frozen=True, slots=True)
class Envelope:
    """A notification that keeps to the contract: its id, and its text exactly as it came."""

    id: NotificationId
    text: str


def parse_envelope(text: str) -> Envelope:
    """Reads a submission. Raises `EnvelopeRefused` (400) or `EnvelopeTooLarge` (413)."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise EnvelopeTooLarge(f"a notification has at most {MAX_BYTES} bytes: send less in `body`")
    try:
        content = parse(text)
    except NotStrictJson as error:
        raise EnvelopeRefused(str(error)) from None
    return Envelope(_identify(content), text)


def _identify(content: Any) -> NotificationId:  # noqa: ANN401 - a JSON value is of any type
    if not isinstance(content, dict):
        raise EnvelopeRefused('the notification must be a JSON object: {"code": 10000, …}')
    try:
        checked = CONTRACT.validate_python(content)
    except ValidationError as error:
        raise EnvelopeRefused(explain(error)) from None
    told = {name: content[name] for name in ("partnerId", "method", "code", "body")}
    return NotificationId(checked.partner_id, checked.body.order_id, digest(told))
