"""template.yaml after SAM's transform, with conditions that depend on the parameters."""

import os
from copy import deepcopy
from functools import cache
from typing import Any

from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # it ships no types

from tests.support.docs.template import TEMPLATE

CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class _NoManagedPolicies:
    """In place of a call to IAM: the template uses none of AWS's managed policies."""

    def load(self) -> dict[str, str]:
        return {}


@cache
def processed(**parameters: str) -> dict[str, Any]:
    """The processed template of a deploy with these parameters; loops are written out, `Fn::If` is not."""
    return processed_of(TEMPLATE, **parameters)


def processed_of(source: dict[str, Any], **parameters: str) -> dict[str, Any]:
    """The same of another template, as `load_template` reads it."""
    template = deepcopy(source)
    template["Transform"] = "AWS::Serverless-2016-10-31"
    for resource in template["Resources"].values():
        if name := CODE.get(resource["Type"]):  # as `sam package` writes it
            resource["Properties"][name] = "s3://bucket/code"
    region = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"  # the translator gets the partition from boto3
    try:
        result: dict[str, Any] = transform(template, dict(parameters), _NoManagedPolicies())
    finally:
        if region is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = region
    return result
