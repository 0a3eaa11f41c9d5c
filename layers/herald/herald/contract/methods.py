"""The values of the envelope's field `method`. A new method is one entry here, and its event in `words.METHODS`.

The envelope's models, the order query, the validation messages, the OpenAPI document and the command line read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from herald.languages import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What Herald needs for a method beyond the fields that every envelope has."""

    name: str  # the value of `method`
    model: str  # the schema's name in the OpenAPI document
    meaning: str  # the event, as a clause in English, which the catalogues translate
    body_meaning: str
    total: str  # the field of `body` with the total so far: it never decreases within an order
    counts_required: bool  # whether `body.orderQuantity` and `body.usedQuantity` are required


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method(
            name="snNotify",
            model="Redeemed",
            meaning=words.METHODS["snNotify"],
            body_meaning="What was redeemed; `usedQuantity` is the total so far.",
            total="usedQuantity",
            counts_required=True,
        ),
        Method(
            name="reNotify",
            model="Refunded",
            meaning=words.METHODS["reNotify"],
            body_meaning="What was decided about a refund; `reQuantity` is the total so far.",
            total="reQuantity",
            counts_required=False,
        ),
    )
}
