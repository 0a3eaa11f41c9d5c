"""What one partner asks for about the requests that it receives: limits, and headers of its own. Pure."""
