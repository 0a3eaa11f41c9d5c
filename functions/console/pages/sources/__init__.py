"""The pages of the sources: the list, one of them, and a new one."""
