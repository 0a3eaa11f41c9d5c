"""The header that signs a request, beside the one that botocore makes."""

from datetime import UTC, datetime
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from herald.aws.signature import Signer

WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-", min_size=1, max_size=60)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have no zone
CREDENTIALS = st.builds(Credentials, WORDS, WORDS, st.none() | WORDS)


@given(
    bodies=st.lists(st.binary(max_size=100), min_size=1, max_size=3),
    host=st.sampled_from(["dynamodb.eu-central-1.amazonaws.com", "127.0.0.1:4566", "sqs.us-east-1.amazonaws.com"]),
    region=st.sampled_from(["eu-central-1", "us-east-1"]),
    service=st.sampled_from(["dynamodb", "sqs"]),
    more=st.dictionaries(st.sampled_from(["X-Amz-Target", "Content-Type", "x-amzn-query-mode"]), WORDS),
    asked=st.lists(st.tuples(CREDENTIALS, MOMENTS), min_size=1, max_size=3),
)
def test_a_request_is_signed_as_botocore_signs_it(
    bodies: list[bytes],
    host: str,
    region: str,
    service: str,
    more: dict[str, str],
    asked: list[tuple[Credentials, datetime]],
) -> None:
    """Also behind others with other secrets and tokens, and of other days."""
    signer = Signer(region, service, {"Host": host, **more})
    for credentials, moment in asked:
        for body in bodies:
            with patch("botocore.auth.get_current_datetime", return_value=moment):
                request = AWSRequest("POST", f"https://{host}/", headers=more, data=body)
                SigV4Auth(credentials, service, region).add_auth(request)
            frozen = credentials.get_frozen_credentials()
            lines = signer.signed_lines(body, frozen, moment.strftime("%Y%m%dT%H%M%SZ"))
            assert dict(line.split(": ", 1) for line in lines.splitlines()) == {**request.headers, "Host": host}
