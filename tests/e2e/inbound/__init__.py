"""Inbound addresses, and a stack behind another one."""
