"""The `herald` command: `main` registers the modules of `commands`, a module for each group of subcommands."""
