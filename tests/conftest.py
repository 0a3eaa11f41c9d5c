"""How hypothesis searches: the same examples each time, so that a failure means a change.

`HERALD_SEARCH=1000 make test-unit` looks at as many others, for whoever has an hour to spend on it.
"""

from os import environ

from hypothesis import settings

SEARCH = "HERALD_SEARCH"

settings.register_profile("same each time", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=int(environ.get(SEARCH, "100")), deadline=None)
settings.load_profile("search" if SEARCH in environ else "same each time")
