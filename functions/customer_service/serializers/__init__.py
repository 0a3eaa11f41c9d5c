"""The JSON forms of what responses contain."""
