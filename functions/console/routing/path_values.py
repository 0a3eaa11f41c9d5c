"""Values in the path of a request."""

from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from herald.domain.partner_number import read_partner_number


def partner_number(text: str) -> int:
    """The partner's number. Raises Powertools' `NotFoundError`, for the page that says so."""
    number = read_partner_number(text)
    if number is None:
        raise NotFoundError
    return number
