"""Two stacks on a local engine, one behind the other: what becomes of notifications while functions are killed."""
