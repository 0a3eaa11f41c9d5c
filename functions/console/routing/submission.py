"""A submitted form: done, or refused with what was typed and each problem at its field."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from pydantic import ValidationError

from console.rendering.forms import RefusedForm, problems_of
from console.request import Form
from customer_service.refusals import EXPECTED, ApiRefusal, refusal_of
from customer_service.validation_messages import explain
from herald.languages.current import localized
from herald.store.dynamodb import TableUnavailable

_OF_THE_FORM = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT})


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that customer_service refused: the form for its page, and the status of the response."""

    form: RefusedForm
    status: HTTPStatus
    error: Exception  # for the page that says more of it, such as who was first


def submitted[Result](
    name: str, form: Form, act: Callable[[], Result], /, *fields: str, **fields_of: str
) -> Result | Refused:
    """What `act` returns, or why it was refused. `fields` and `fields_of` are those of `problems_of`.

    `TableUnavailable` is not caught here: the page of the form could not be read either.
    """
    try:
        return act()
    except ValidationError as error:
        refusal = ApiRefusal(HTTPStatus.BAD_REQUEST, explain(error))
        return _refused(name, form, refusal, error, problems_of(localized(refusal.message), *fields, **fields_of))
    except EXPECTED as error:
        refusal = refusal_of(error)
        if isinstance(error, TableUnavailable) or refusal.status not in _OF_THE_FORM:
            raise
        return _refused(name, form, refusal, error, problems_of(localized(refusal.message), *fields, **fields_of))


def _refused(name: str, form: Form, refusal: ApiRefusal, error: Exception, problems: dict[str, str]) -> Refused:
    return Refused(RefusedForm(name, form, problems), refusal.status, error)
