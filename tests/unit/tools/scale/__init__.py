"""The tool that measures polls and simulates how much Herald can take."""
