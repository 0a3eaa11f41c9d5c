"""The tool that simulates and measures outages."""
