"""Tests of `herald.domain.limits`."""
