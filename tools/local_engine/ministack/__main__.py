"""Starts MiniStack with the additions: `python -m tools.local_engine.ministack`."""

from ministack import app  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.ministack.encryption_context import tell_encryption_context
from tools.local_engine.ministack.fair_queues import receive_fairly
from tools.local_engine.ministack.kept_layers import keep_layers

if __name__ == "__main__":
    keep_layers()
    tell_encryption_context()
    receive_fairly()
    app.main()
