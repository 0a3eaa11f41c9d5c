"""The response of `GET /orders`: the order in the form of a notification, and how many codes it leaves out."""

from typing import Annotated

from pydantic import Field, StrictInt, create_model

from herald.contract.envelope import MODELS, EnvelopeModel, any_of
from herald.contract.methods import METHODS, Method

type Omitted = Annotated[
    StrictInt,
    Field(gt=0, description="How many codes `sncode` leaves out, because one answer holds only so much."),
]


def _order(method: Method) -> type[EnvelopeModel]:
    doc = f"The order, of which {method.meaning} last."
    return create_model(
        f"{method.model}Order", __base__=MODELS[method.name], __doc__=doc, omitted_sncodes=(Omitted | None, None)
    )


ORDER = any_of(_order(method) for method in METHODS.values())
