"""The page of one day: how many notifications were accepted, and what became of them."""
