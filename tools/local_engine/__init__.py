"""The engine on this machine that answers as AWS does: start, stop, and what it leaves behind."""
