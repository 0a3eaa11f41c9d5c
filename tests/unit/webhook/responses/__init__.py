"""Tests of `herald.webhook.responses`."""
