"""Renders the template's dashboards from what a local run measured, for whoever has no account at hand."""
