"""Keys for the console's tests."""

import pytest

from herald.domain.api_key import Key, Role
from herald.domain.clock import now
from herald.store.key_table import KeyTable
from tests.support.aws.aws_stack import Aws

OPERATOR, VIEWER, PUBLISHER = "operator's key", "viewer's key", "publisher's key"


@pytest.fixture
def key_table(aws: Aws) -> KeyTable:
    """The key table with a key of each role that matters here."""
    table = KeyTable(aws.environment()["KEY_TABLE"])
    for text, role, name in ((OPERATOR, Role.OPERATOR, "alice"), (VIEWER, Role.VIEWER, "vera")):
        table.add(text, Key(role=role, name=name), now())
    table.add(PUBLISHER, Key(role=Role.PUBLISHER, name="platform"), now())
    return table
