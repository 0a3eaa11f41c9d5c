"""The response to a batch of submissions."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field, with_config

from customer_service.schemas.common import with_example
from customer_service.schemas.notifications import NOTIFICATION_ID

STORED = {"status": 200, "describe": "success", "id": NOTIFICATION_ID}
NOT_ACCEPTED = {"status": 503, "code": 50300, "describe": "not stored: submit it again"}


@with_config(with_example(STORED))
class Stored(TypedDict):
    """The notification is stored, now or before."""

    status: Literal[200]
    describe: Literal["success"]
    id: Annotated[str, Field(description="The notification's id.")]


@with_config(with_example(NOT_ACCEPTED))
class NotAccepted(TypedDict):
    """What `POST /notifications` would have answered: the status, and `code` and `describe` of the body."""

    status: Annotated[
        Literal[400, 403, 404, 413, 500, 503],
        Field(description="Below 500: correct it. From 500 on: it may not be stored, submit this one again."),
    ]
    code: int
    describe: str


@with_config(with_example({"results": [STORED, NOT_ACCEPTED]}))
class Results(TypedDict):
    """A result for each notification, in the order of the batch."""

    results: Annotated[list[Stored | NotAccepted], Field(min_length=1, max_length=100)]
