"""Reasons of attempts without a connection, or without an answer in time."""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    # translators: {address} is an IP address with its port
    "not_connected.refused": (N_("{address} refuses connections: nothing listens there, or a firewall rejects them"),),
    "not_connected.reset": (N_("{address} broke the connection off while it was being made"),),
    "not_connected.unreachable": (N_("{address} cannot be reached: there is no way to it"),),
    "not_connected.silent": (N_("{address} does not answer: nothing runs there, or a firewall drops the connection"),),
    # translators: {message} is a message of the operating system, in English
    "not_connected.other": (N_("{address} cannot be reached: {message}"),),
    "timeout.lookup": (N_("no answer within {seconds} s: the name could not be looked up in that time"),),
    "timeout.connect": (N_("no answer within {seconds} s: {address} could not be connected to in that time"),),
    "timeout.answer": (N_("no answer within {seconds} s"),),
    "timeout.body": (N_("no complete answer within {seconds} s: HTTP {status} came, but its body did not end"),),
}
