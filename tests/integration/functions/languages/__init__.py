"""Answers and alerts in the language of their readers."""
