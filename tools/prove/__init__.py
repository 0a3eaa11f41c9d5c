"""A soak of the whole stack on the local engine under kills and faults, and the books of it by the partners' counts."""
