"""The tool that measures the time to `success`."""
