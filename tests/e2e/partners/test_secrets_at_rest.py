"""Partners' secrets on the deployed stack: encrypted where they are stored, and read only with the key."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from standardwebhooks.webhooks import Webhook

from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import Herald, StackClient
from tests.support.e2e.stored_texts import stored_texts
from tools.sample_partner import SamplePartners

WHY = {"reason": "a try"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


@dataclass(frozen=True)
class Reader:
    """Somebody in the account, with the clients of a role."""

    session: boto3.Session
    engine_url: str

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.engine_url)  # type: ignore[call-overload] # any service


@pytest.fixture
def powerful(stack_client: StackClient) -> Iterator[Reader]:
    """A role that may do everything with every table and every key, as far as its own policies decide."""
    iam, sts = stack_client.engine.client("iam"), stack_client.engine.client("sts")
    everything = [{"Effect": "Allow", "Action": ["dynamodb:*", "kms:*"], "Resource": "*"}]
    role = iam.create_role(RoleName="e2e-powerful", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": everything})
    iam.put_role_policy(RoleName="e2e-powerful", PolicyName="everything", PolicyDocument=policy)
    keys = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="e2e")["Credentials"]
    session = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=stack_client.stack.region
    )
    yield Reader(session, stack_client.engine.url)
    iam.delete_role_policy(RoleName="e2e-powerful", PolicyName="everything")
    iam.delete_role(RoleName="e2e-powerful")


@pytest.fixture
def partner(stack_client: StackClient, sample_partners: SamplePartners) -> RegisteredPartner:
    return RegisteredPartner(stack_client, sample_partners, next(NUMBERS))


def everything_stored(stack_client: StackClient) -> str:
    """All that the engine stores or has logged."""
    return "\n".join(text for _, text in stored_texts(stack_client.engine.client, stack_client.engine.log))


@pytest.fixture
def header_values(partner: RegisteredPartner, herald: Herald) -> set[str]:
    """The values of two headers that the partner asks for."""
    headers = {"X-Api-Key": "k-5f2c-at-rest", "Authorization": "Basic QWxhZGRpbg-at-rest"}
    options = [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
    herald("partners", "change", str(partner.id), *options, "--reason", "its gateway asks for them")
    return set(headers.values())


def test_a_secret_is_stored_nowhere_in_clear_and_signs(
    stack_client: StackClient, partner: RegisteredPartner, herald: Herald, header_values: set[str]
) -> None:
    """In no table, and in no line of a log, after a whole life of a partner."""
    rotated = herald("partners", "rotate-secret", str(partner.id), "--reason", "a try", "--yes")["secret"]
    tested = stack_client.call("POST", f"/partners/{partner.id}/test", json={"which": "approved"})
    assert tested.json()["verdict"] == "success"
    partner.tested += 1
    assert stack_client.submit(partner.payload()).text == "success"
    stack_client.poll()
    [received] = partner.wait_for(1)
    for secret in (partner.secret, rotated):  # for a day both sign
        Webhook(secret).verify(received.body, dict(received.headers))
    assert {received.headers["x-api-key"], received.headers["authorization"]} == header_values
    found = everything_stored(stack_client)
    assert f"'{partner.id}'" in found  # it looked at the right tables
    assert [secret for secret in (partner.secret, rotated, *header_values) if secret in found] == []
    assert "whsec_" not in found


@pytest.mark.usefixtures("header_values")
def test_who_may_read_every_table_and_use_every_key_by_its_own_policies_learns_no_secret(
    stack_client: StackClient, partner: RegisteredPartner, powerful: Reader
) -> None:
    """The key's policy names who may decrypt, and no policy of a role adds anybody."""
    tables = stack_client.stack.tables
    dynamodb, kms = powerful.client("dynamodb"), powerful.client("kms")
    item = dynamodb.get_item(TableName=tables["PartnerTable"], Key={"partner_id": {"N": str(partner.id)}})["Item"]
    assert not {"secret", "previous_secret", "headers"} & item.keys()
    assert item["header_names"] == {"L": [{"S": "Authorization"}, {"S": "X-Api-Key"}]}
    stored = dynamodb.query(
        TableName=tables["SecretTable"],
        KeyConditionExpression="partner_id = :partner",
        ExpressionAttributeValues={":partner": {"N": str(partner.id)}},
    )["Items"]
    assert [one["name"]["S"] for one in stored] == ["header:authorization", "header:x-api-key", "signing"]
    for one in stored:
        with pytest.raises(ClientError, match="AccessDenied"):
            kms.decrypt(CiphertextBlob=one["encrypted"]["B"], EncryptionContext={"partner": str(partner.id)})


def test_a_removed_header_is_gone_from_the_table_and_from_the_next_request(
    stack_client: StackClient, partner: RegisteredPartner, herald: Herald, header_values: set[str]
) -> None:
    assert header_values
    herald("partners", "change", str(partner.id), "--remove-header", "X-Api-Key", "--reason", "not needed")
    stored = stack_client.engine.client("dynamodb").query(
        TableName=stack_client.stack.tables["SecretTable"],
        KeyConditionExpression="partner_id = :partner",
        ExpressionAttributeValues={":partner": {"N": str(partner.id)}},
    )["Items"]
    assert [one["name"]["S"] for one in stored] == ["header:authorization", "signing"]
    stack_client.submit(partner.payload())
    stack_client.poll()
    [received] = partner.wait_for(1)
    assert ("x-api-key" in received.headers, "authorization" in received.headers) == (False, True)
