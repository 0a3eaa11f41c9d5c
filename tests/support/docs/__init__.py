"""Tests' reading of the documents and of the template."""
