"""The signatures of a session."""

from dataclasses import replace

from tests.support.console.samples.administration_samples import session


def test_a_session_knows_what_it_has_signed() -> None:
    one = session()

    assert one.is_signed("done=redrive", one.sign("done=redrive"))
    assert not one.is_signed("done=resolve", one.sign("done=redrive"))


def test_no_other_session_signs_as_it_does() -> None:
    one, other = session(), replace(session(), session_id="o" * 43)

    assert not one.is_signed("done=redrive", other.sign("done=redrive"))


def test_what_is_no_signature_is_refused() -> None:
    one = session()

    assert not one.is_signed("", "")
    assert not one.is_signed("x", "西湖")
    assert not one.is_signed("forms of the console", one.form_token)
    assert one.sign("forms of the console") != one.form_token[:32]
