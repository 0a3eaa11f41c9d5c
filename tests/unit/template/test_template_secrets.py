"""Who may use the key of the partners' secrets, and who reaches their table."""

from fnmatch import fnmatchcase
from typing import Any

from tests.support.aws_template.sam import translated
from tests.support.aws_template.stack import EVERYTHING, Stack, everything_on
from tests.support.docs.template import TABLE, TEMPLATE, statements

KEY = everything_on()["SecretKey"]
CANARY = EVERYTHING["CanaryPartnerId"]
ANY_PARTNER: dict[str, Any] = {
    "Null": {"kms:EncryptionContext:partner": "false"},
    "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["partner"]},
}
ANY_SOURCE: dict[str, Any] = {
    "Null": {"kms:EncryptionContext:source": "false"},
    "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["source"]},
}
OWN_PARTNER: dict[str, Any] = {
    "StringEquals": {"kms:EncryptionContext:partner": CANARY},
    "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["partner"]},
}


def users(action: str, of: str = "partner") -> dict[str, Any]:
    """The condition by role, of those that the key's policy gives this action for secrets of partners or of sources."""
    return {
        arn.rpartition("/")[2]: statement["Condition"]
        for statement in KEY["Properties"]["KeyPolicy"]["Statement"]
        if statement["Action"] == action and f"kms:EncryptionContext:{of}" in str(statement["Condition"])
        for arn in statement["Principal"]["AWS"]
    }


def test_each_user_of_the_key_names_the_partner() -> None:
    assert users("kms:Decrypt") == {
        "DelivererRole": ANY_PARTNER,
        "OperatorRole": ANY_PARTNER,
        "ConsoleRole": ANY_PARTNER,
        "CanaryArrivalRole": OWN_PARTNER,
    }
    assert users("kms:Encrypt") == {"OperatorRole": ANY_PARTNER, "ConsoleRole": ANY_PARTNER, "CanaryRole": OWN_PARTNER}


def test_only_the_inbound_function_decrypts_what_senders_prove_themselves_by() -> None:
    assert users("kms:Decrypt", "source") == {"InboundRole": ANY_SOURCE}
    assert users("kms:Encrypt", "source") == {"OperatorRole": ANY_SOURCE, "ConsoleRole": ANY_SOURCE}


def test_the_account_manages_the_key_and_cannot_use_it() -> None:
    """A policy of the account can add nobody: only a change of the key's own policy can, which CloudTrail shows."""
    (account,) = [
        one for one in KEY["Properties"]["KeyPolicy"]["Statement"] if str(one["Principal"]["AWS"]).endswith(":root")
    ]
    for use in ("Encrypt", "Decrypt", "ReEncryptFrom", "GenerateDataKey", "CreateGrant"):
        assert [one for one in account["Action"] if fnmatchcase(f"kms:{use}", one)] == []
    assert "kms:PutKeyPolicy" in account["Action"]  # else nobody could ever change the policy


def test_no_role_has_the_use_of_the_key_by_a_policy_of_its_own() -> None:
    assert [name for name, one in statements() if "SecretKey" in str(one["Resource"])] == []


def test_the_key_changes_every_year_and_outlives_a_deleted_production() -> None:
    """Without the key no secret of the retained table can be read again."""
    assert KEY["Properties"]["EnableKeyRotation"] is True
    assert KEY["Properties"]["PendingWindowInDays"] == 30
    assert KEY["DeletionPolicy"] == KEY["UpdateReplacePolicy"] == "Retain"
    assert (
        TEMPLATE["Resources"]["SecretKey"]["DeletionPolicy"] == TEMPLATE["Resources"]["SecretTable"]["DeletionPolicy"]
    )


def test_a_stack_without_canary_gives_the_key_to_nobody_else() -> None:
    bare = Stack(translated(), {**EVERYTHING, "CanaryPartnerId": ""}).resources()["SecretKey"]
    named = [one["Principal"]["AWS"] for one in bare["Properties"]["KeyPolicy"]["Statement"]]
    assert "Canary" not in str(named)


def test_a_replaced_secret_is_removed() -> None:
    assert TABLE["SecretTable"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_who_reaches_the_secrets() -> None:
    reached = {(name, str(one["Action"])) for name, one in statements() if "SecretTable" in str(one["Resource"])}
    assert reached == {
        ("DelivererRole", "dynamodb:Query"),
        ("OperatorRole", "['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem']"),
        ("ConsoleRole", "['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem']"),
        ("CanaryRole", "dynamodb:PutItem"),
        ("JobsRole", "dynamodb:DeleteItem"),
        ("CanaryArrivalRole", "dynamodb:Query"),
    }
