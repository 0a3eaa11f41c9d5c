"""The regions that operations.md names have what the stack uses, by the endpoint lists of botocore."""

import re

import botocore.session
import pytest

from tests.unit.test_documents import ROOT

SERVICES = (
    "apigatewayv2", "cloudformation", "cloudwatch", "codedeploy", "dynamodb", "lambda",
    "logs", "s3", "scheduler", "sns", "sqs", "xray",
)  # fmt: skip
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SECTION = OPERATIONS.partition("## Regions and new accounts")[2].partition("\n## ")[0]
REGIONS = re.findall(r"\((\w+-\w+-\d)\)", SECTION)


def test_the_document_names_regions() -> None:
    assert {"ap-east-2", "ap-northeast-1", "ap-east-1", "ap-southeast-1", "us-east-2"} <= set(REGIONS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_exists_in_every_region_that_the_document_names(service: str) -> None:
    assert set(REGIONS) <= set(botocore.session.get_session().get_available_regions(service))
