"""A partner's server that can be told how to answer. In a process of its own, or as a library in a test.

python -m tools.sample_partner --help
"""

from tools.sample_partner.canned_response import Behavior, CannedResponse, plain
from tools.sample_partner.request_log import Received, Request, Signature, interval
from tools.sample_partner.runner import SamplePartners
from tools.sample_partner.script import Script, ScriptError

__all__ = [
    "Behavior",
    "CannedResponse",
    "Received",
    "Request",
    "SamplePartners",
    "Script",
    "ScriptError",
    "Signature",
    "interval",
    "plain",
]
