"""Renders the template's dashboards from the measurements of a local run, for readers without an AWS account.

It draws the widgets itself, because no CloudWatch renders them locally; `docs` shows the pictures.
"""
