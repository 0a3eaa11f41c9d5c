"""The `herald` command. `main.py` tells what it can do; one module for each noun, one page for each answer."""
