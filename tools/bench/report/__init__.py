"""What was measured, as tables: in the terminal, in docs/benchmarks.md and in the README."""
