"""Every refusal of an inbound address, and of a decision about its source, in both written Chinese languages."""

from typing import Any

import pytest

from herald.contract.signature import new_secret
from herald.languages.language import Language
from operator_api import app as operator_api
from tests.integration.functions.languages.test_every_refusal import CHINESE, WHY, check
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import PAYLOAD, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.inbound import SourceAddress, a_source, post
from tests.support.http.gateway import Gateway

IN_CHINESE = pytest.mark.parametrize("language", CHINESE)


@pytest.fixture(autouse=True)
def partner(aws: Aws) -> None:  # noqa: ARG001 - its tables
    registered(a_partner())


def refused(answer: dict[str, Any], status: int, language: Language) -> None:
    check(answer["body"], status, language, (answer["statusCode"], answer["headers"]["content-language"]))


@IN_CHINESE
@pytest.mark.parametrize(
    "demands",
    [
        {"cidrs": ["198.51.100.0/24"]},
        {"header": {"name": "X-Platform-Token", "value": "x"}},
        {"webhookSecret": new_secret()},
    ],
)
def test_a_sender_that_proves_nothing(demands: dict[str, Any], language: Language) -> None:
    refused(a_source(**demands).post(accept_language=language.value), 401, language)


@IN_CHINESE
def test_no_such_address(language: Language) -> None:
    refused(post("x", accept_language=language.value), 404, language)


@IN_CHINESE
def test_another_form(language: Language) -> None:
    refused(a_source().post("{}", accept_language=language.value), 400, language)


@IN_CHINESE
def test_a_table_that_does_not_answer(language: Language, network: Network) -> None:
    source = a_source()
    with network.throttles("PutItem"):
        refused(source.post(PAYLOAD, accept_language=language.value), 503, language)


@IN_CHINESE
def test_decisions_that_the_state_forbids(language: Language) -> None:
    source = a_source()
    api = Gateway(operator_api.handler, "OperatorFunction", headers={"accept-language": language.value})
    rotated = SourceAddress(api.done("POST", f"/sources/{source.id}/rotate-token", WHY))
    for path, body in (("resume", WHY), ("rotate-token", WHY)):
        answer = api.call("POST", f"/sources/{rotated.id}/{path}", body)
        check(answer.text, 409, language, (answer.status, answer.headers["content-language"]))
    answer = api.call("PATCH", f"/sources/{rotated.id}", WHY)
    check(answer.text, 400, language, (answer.status, answer.headers["content-language"]))
