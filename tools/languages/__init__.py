"""The translations of the `herald` command: importing this package adds them to those of the layer."""

from pathlib import Path

from herald.languages.catalogue import FOLDERS

FOLDERS.append(Path(__file__).parent)
