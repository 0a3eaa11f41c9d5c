"""Tests of `herald.domain.sources`."""
