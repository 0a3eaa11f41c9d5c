"""Which overdue rows are sent again while DeliveryQueue is deep. Pure.

Most of what is overdue then waits in the queue, because its partner times out. But a fair queue delivers the message of
another partner soon, whatever the depth: what is overdue for that one was lost. So a few of each partner are sent
again. A repeated message costs one refused write.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from herald.domain.notification import Due

PAGES = 20  # of the due index, 10,000 rows, in each lane and shard: read within a second or two
OF_ALL = 25  # messages of each lane and shard: 600 a poll, few in a deep queue
OF_EACH = 3  # messages of each partner, so that one partner cannot use up OF_ALL


def few_per_partner(pages: Iterable[list[Due]]) -> list[Due]:
    """The oldest rows of each partner, in the order of the pages, which are read no further than needed."""
    return list(islice(_few_of_each(chain.from_iterable(islice(pages, PAGES))), OF_ALL))


def _few_of_each(rows: Iterable[Due]) -> Iterator[Due]:
    taken = Counter[int]()
    for row in rows:
        if taken[row.id.partner_id] < OF_EACH:
            taken[row.id.partner_id] += 1
            yield row
