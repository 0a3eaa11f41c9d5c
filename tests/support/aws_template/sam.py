"""What SAM's transform makes of template.yaml: the template that CloudFormation deploys."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.support.docs.processed_template import CODE
from tests.support.docs.template import TEMPLATE

_BUILT = "s3://bucket/key"  # in place of the folders, as `sam package` does


@cache
def translated() -> dict[str, Any]:
    """The template with loops and SAM's own resources written out. Do not change it."""
    return translate(TEMPLATE)


def translate(template: Mapping[str, Any]) -> dict[str, Any]:
    """Likewise, of any template."""
    # Untyped, and imported here because it takes a second and few tests need it.
    from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    packaged = json.loads(json.dumps(template))
    for one in packaged["Resources"].values():
        if name := CODE.get(one["Type"]):
            one["Properties"][name] = _BUILT
    parameters = {name: str(one["Default"]) for name, one in packaged["Parameters"].items()}
    made: dict[str, Any] = Translator({}, Parser()).translate(packaged, parameters)
    return made
