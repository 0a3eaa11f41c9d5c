"""Pages and their parts as HTML."""
