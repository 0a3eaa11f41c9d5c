"""The console of the deployed stack, in a real Chromium."""
