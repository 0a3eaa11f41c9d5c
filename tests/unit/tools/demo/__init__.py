"""The tool that shows notifications on their way."""
