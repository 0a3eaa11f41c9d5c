"""The wire contract: what a publisher submits and a partner receives.

docs/architecture.md, "Rules of the partner manual", has the manual's rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError, create_model
from pydantic.alias_generators import to_camel

from herald.contract.canonical_json import digest
from herald.contract.methods import METHODS, Method
from herald.contract.strict_json import NotStrictJson, parse
from herald.contract.validation_messages import explain
from herald.domain.notification_id import ORDER_ID, NotificationId
from herald.languages.message import Message
from herald.languages.refusal import Refusal

MAX_BYTES = 64 * 1024  # of the text in UTF-8
TEST_METHOD = "testNotify"  # of the test of an address, which is answered and stored nowhere

type Count = Annotated[StrictInt, Field(ge=0)]
type Number = StrictStr | StrictInt  # kept as sent; an int may exceed 2^53
type OrderId = Annotated[StrictStr, Field(pattern=rf"^{ORDER_ID}\z")]


class EnvelopeRefused(Refusal, ValueError):
    """The text is not a valid notification; the message names the field and says what to send instead."""


class EnvelopeTooLarge(Refusal, ValueError):
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


class EnvelopeModel(_Fields):
    """The fields of every envelope; a method's model has its own types for `method` and `body`."""

    code: StrictInt
    describe: StrictStr
    partner_id: Annotated[StrictInt, Field(gt=0)]
    method: str
    body: _Body


def model_of(method: Method) -> type[EnvelopeModel]:
    """The pydantic model of a method's envelopes."""
    count: Any = (Count, ...) if method.counts_required else (Count | None, None)
    body = create_model(
        f"{method.model}Body",
        __base__=_Body,
        __doc__=method.body_meaning,
        order_quantity=count,
        used_quantity=count,
    )
    doc = f"{method.meaning[0].upper()}{method.meaning[1:]}."
    return create_model(
        method.model, __base__=EnvelopeModel, __doc__=doc, method=(Literal[method.name], ...), body=(body, ...)
    )


def any_of(models: Iterable[type[EnvelopeModel]]) -> TypeAdapter[EnvelopeModel]:
    """The adapter that picks the model by the field `method`."""
    return TypeAdapter(Annotated[Union[*models], Field(discriminator="method")])


MODELS = {name: model_of(method) for name, method in METHODS.items()}
CONTRACT = any_of(MODELS.values())


@dataclass(frozen=True, slots=True)
class Envelope:
    """A valid notification: its id, and its text exactly as submitted."""

    id: NotificationId
    text: str


@dataclass(frozen=True, slots=True)
class Sender:
    """The source that submits at its inbound address: its id, and the partner to which its notifications go."""

    source_id: str
    partner_id: int


def parse_envelope(text: str, sender: Sender | None = None) -> Envelope:
    """Validates a submission. Raises `EnvelopeRefused` (400) or `EnvelopeTooLarge` (413).

    Without a sender the envelope names the partner. With one, its `partnerId` is the sender's own number, and the
    digest has the source's id, so that no other sender's notification has this id.
    """
    return Envelope(_identify(_content(text), sender), text)


def parse_inbound(text: str, sender: Sender) -> Envelope | None:
    """The same for an inbound address; None for the sender's test of it, a `testNotify`."""
    content = _content(text)
    if isinstance(content, dict) and content.get("method") == TEST_METHOD:
        return None
    return Envelope(_identify(content, sender), text)


def _content(text: str) -> Any:  # noqa: ANN401 - a JSON value is of any type
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise EnvelopeTooLarge(Message("a notification has at most {most} bytes: send less in `body`", most=MAX_BYTES))
    try:
        return parse(text)
    except NotStrictJson as error:
        raise EnvelopeRefused(error.message) from None


def _identify(content: Any, sender: Sender | None) -> NotificationId:  # noqa: ANN401 - a JSON value is of any type
    if not isinstance(content, dict):
        raise EnvelopeRefused(Message('the notification must be a JSON object: {{"code": 10000, …}}'))
    try:
        checked = CONTRACT.validate_python(content)
    except ValidationError as error:
        raise EnvelopeRefused(explain(error)) from None
    identity = {name: content[name] for name in ("partnerId", "method", "code", "body")}
    if sender is None:
        return NotificationId(checked.partner_id, checked.body.order_id, digest(identity))
    return NotificationId(sender.partner_id, checked.body.order_id, digest({**identity, "source": sender.source_id}))
