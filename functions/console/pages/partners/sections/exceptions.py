"""Refusals of the API that the console says in its own words, or at another field: its sentences name its members."""

from dataclasses import replace

from console.rendering.forms import RefusedForm
from console.rendering.page import translate
from herald.domain.limits.extra_headers import HeaderRefused, check_headers
from herald.domain.partner import ReviewRefused


def beside_its_field(refused: RefusedForm, error: Exception) -> RefusedForm:
    """The form with its problem at the field that the person has to correct."""
    if isinstance(error, HeaderRefused):
        return _at_the_value(refused) if _is_about_the_value(refused) else refused
    return _with_tick(refused, error) if isinstance(error, ReviewRefused) else refused


def _is_about_the_value(refused: RefusedForm) -> bool:
    """Whether a header of this name could have another value: the API names `headers` in both cases."""
    name, value = refused.typed.get("headerName"), refused.typed.get("headerValue")
    return _is_accepted({name: None}) and not _is_accepted({name: value})


def _is_accepted(changes: dict[str, str | None]) -> bool:
    try:
        check_headers(changes)
    except HeaderRefused:
        return False
    return True


def _at_the_value(refused: RefusedForm) -> RefusedForm:
    return replace(refused, problems={"headerValue": " ".join(refused.problems.values())})


def _with_tick(refused: RefusedForm, error: ReviewRefused) -> RefusedForm:
    """The form with the console's sentence at its tick, where it was refused for want of it; otherwise as it is."""
    if refused.name == "approve":
        sentence = translate("This address has not passed a test: test it first, or tick the box.")
    elif refused.name == "rotate-secret":
        sentence = translate(
            "The secret before the present one still signs until {until:moment}: make a new one after that, or tick "
            "the box, which ends it at once.",
            **error.message.values,
        )
    else:
        return refused
    return replace(refused, problems={"force": sentence})
