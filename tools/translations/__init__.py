"""Keeps the catalogues in step with the texts in the code: `python -m tools.translations`."""
