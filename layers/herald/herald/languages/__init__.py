"""Sentences for people in English and Chinese: messages, reasons, catalogues, and the choice of language."""
