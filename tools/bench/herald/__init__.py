"""Herald's functions, each measured in a process of its own: `python -m tools.bench.herald '{"task": …}'`.

This package runs with the code of any checkout, so it imports nothing of `tools` but itself.
"""
