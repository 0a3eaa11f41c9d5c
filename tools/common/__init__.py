"""What several tools need: API client, target, errors, formatting."""
