"""What the limits of a partner may be."""

from typing import Final

SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 1, 15  # s, as of the parameter AttemptTimeout: an attempt ends before its function
MAX_RATE: Final = 200  # a second: each takes a place in one item, of which DynamoDB accepts 1,000 writes/s
USUAL_RATE: Final = 20  # a second: what is released or brought forward for a partner without a rate of its own
MAX_CONCURRENCY: Final = 50  # so that the partner's item in LimitTable stays below 1 KB, one write unit
