"""The JSON form of reasons in responses."""

from typing import NotRequired, TypedDict

from customer_service.schemas.responses import ReasonValuesResponse
from herald.languages.current import localized
from herald.languages.reason import Reason


class ReasonMembers(TypedDict):
    """Why, as a sentence in the language asked for, and as data."""

    reason: str
    reasonCode: NotRequired[str]
    reasonValues: NotRequired[ReasonValuesResponse]


def reason_response(reason: Reason) -> ReasonMembers:
    """The members of a response that say why; of a sentence only the text."""
    if reason.is_sentence:
        return {"reason": localized(reason)}
    values: ReasonValuesResponse = {**reason.values}
    if reason.also:
        values["also"] = [{"code": other.code, "values": {**other.values}} for other in reason.also]
    return {"reason": localized(reason), "reasonCode": reason.code, "reasonValues": values}
