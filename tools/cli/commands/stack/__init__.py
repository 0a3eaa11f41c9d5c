"""The commands about a whole stack: its examination, and work on all that is stored."""
