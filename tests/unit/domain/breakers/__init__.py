"""Tests of `herald.domain.breakers`."""
