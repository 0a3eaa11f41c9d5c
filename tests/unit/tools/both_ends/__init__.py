"""The tool that kills functions of two stacks."""
