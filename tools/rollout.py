"""Writes the template of a gradual rollout: `python -m tools.rollout <release> > template-rollout.yaml`.

In it four functions have an alias, `live`, and the parameter Rollout says how a new version takes it over. It is not in
template.yaml: a version keeps the code, the layers and the variables that it was made with, so every deploy must make
one, which `release` sees to; and the local engine has no CodeDeploy.
"""

import re
import sys

from tools.local_engine.environment import ROOT

GRADUAL = ("Authorizer", "Receiver", "Deliverer", "Operator")
_RELEASE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PARAMETER = """\
  Rollout:
    Type: String
    Default: Canary10Percent5Minutes
    AllowedValues: [AllAtOnce, Canary10Percent5Minutes]
    ConstraintDescription: Rollout is AllAtOnce or Canary10Percent5Minutes.
    Description: How a new version takes over. The canary has a tenth of the traffic first, and goes back on an alarm.

"""
_MAPPING = """\
  Rollouts: # a mapping, because SAM must know it before any condition is looked at
    AllAtOnce: { Gradual: false }
    Canary10Percent5Minutes: { Gradual: true }

"""
_FUNCTION = """\
      AutoPublishAlias: live
      AutoPublishAliasAllProperties: true
      VersionDescription: %(release)s
      DeploymentPreference:
        Enabled: !FindInMap [Rollouts, !Ref Rollout, Gradual]
        Type: !Ref Rollout
        Alarms: [!Ref %(name)sErrorsAlarm, !Ref %(name)sThrottlesAlarm, !Ref %(name)sDurationAlarm]
"""


class NotThatTemplate(Exception):
    """template.yaml or the release is not of the form that is known here; the text says what is missing."""


def rollout(template: str, release: str) -> str:
    """The template's text with the aliases in it. `release` names the deploy and differs from the one before."""
    if not _RELEASE.fullmatch(release):
        raise NotThatTemplate(f"a release is up to 64 letters, digits, `.`, `_` and `-`, not {release!r}")
    text = _after(template, "Parameters:\n", _PARAMETER)
    text = _after(text, "\nMappings:\n", _MAPPING)
    # A variable, too: Lambda makes no second version of what has not changed, and CloudFormation would fail.
    text = _after(text, "\n      Variables:\n", f'        RELEASE: "{release}"\n')
    for name in GRADUAL:
        block = _FUNCTION % {"name": name, "release": f'"{release}"'}
        text = _after(text, f"      Role: !GetAtt {name}Role.Arn\n", block)
    authorizer = "FunctionArn: !GetAtt AuthorizerFunction.Arn"
    if text.count(authorizer) != 1:
        raise NotThatTemplate(f"`{authorizer}` does not stand once in the template")
    return text.replace(authorizer, "FunctionArn: !Ref AuthorizerFunction.Alias")


def _after(text: str, mark: str, addition: str) -> str:
    if text.count(mark) == 0:
        raise NotThatTemplate(f"`{mark.strip()}` does not stand in the template")
    at = text.index(f"\n{mark}" if mark == "Parameters:\n" else mark) + len(mark) + (mark == "Parameters:\n")
    return text[:at] + addition + text[at:]


if __name__ == "__main__":
    try:
        sys.stdout.write(rollout((ROOT / "template.yaml").read_text(encoding="utf-8"), *sys.argv[1:2] or [""]))
    except NotThatTemplate as fault:
        sys.exit(str(fault))
