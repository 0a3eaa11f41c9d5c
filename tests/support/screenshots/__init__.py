"""Screenshots of the console, drawn in Chromium from samples; no stack has to run."""
