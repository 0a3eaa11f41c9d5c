"""POST /inbound/{token}: stores what a source's sender submits, and acknowledges it as the partner manual asks."""
