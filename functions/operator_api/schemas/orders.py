"""The response of `GET /orders`: the order in the form of a notification, and how many codes it leaves out."""

from typing import Annotated

from pydantic import Field, StrictInt, TypeAdapter

from herald.contract.envelope import Redeemed, Refunded

type Omitted = Annotated[
    StrictInt,
    Field(gt=0, description="How many codes `sncode` leaves out, because one answer holds only so much."),
]


class RedeemedOrder(Redeemed):
    """The order, of which a code was redeemed last."""

    omitted_sncodes: Omitted | None = None


class RefundedOrder(Refunded):
    """The order, of which a refund was decided last."""

    omitted_sncodes: Omitted | None = None


ORDER: TypeAdapter[RedeemedOrder | RefundedOrder] = TypeAdapter(
    Annotated[RedeemedOrder | RefundedOrder, Field(discriminator="method")]
)
