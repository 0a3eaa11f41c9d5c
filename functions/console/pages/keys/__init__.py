"""The page of the API keys, and the page after a key was made."""
