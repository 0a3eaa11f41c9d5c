"""The `herald` command: one module for each group of subcommands."""
