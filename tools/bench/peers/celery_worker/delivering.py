"""A delivery as a task of Celery, and the program that submits them: `python delivering.py FIRST COUNT`.

REDIS_URL, PARTNER_URL, LADDER (seconds, with spaces between them) and BODY are given as environment variables.
"""

import os
import sys
from typing import Any

import urllib3
from celery import Celery  # type: ignore[import-not-found] # it is not in the project's own environment

LADDER = [int(wait) for wait in os.environ["LADDER"].split()]
TIMEOUT = 10  # seconds, as Herald's AttemptTimeout
AT_ONCE = 50

app = Celery("delivering", broker=os.environ["REDIS_URL"])
app.conf.update(
    task_acks_late=True,  # at least once
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_send_task_events=False,
    # Redis gives a message to another worker after this time (s): the longest wait must be over by then.
    # By default there are ten connections, too few for so many acknowledgements at once: some would be lost.
    broker_transport_options={"visibility_timeout": 2 * max(LADDER), "max_connections": 4 * AT_ONCE},
)
pool = urllib3.PoolManager(maxsize=AT_ONCE, retries=False, timeout=TIMEOUT)


@app.task(bind=True, name="deliver", max_retries=len(LADDER))  # type: ignore[untyped-decorator] # as above
def deliver(task: Any, url: str, body: str) -> None:  # noqa: ANN401 - Celery's task, as above
    """One attempt; another one after the ladder's wait, unless the partner answers `success`."""
    try:
        response = pool.request("POST", url, body=body.encode(), headers={"content-type": "application/json"})
        acknowledged = response.status // 100 == 2 and response.data.strip() == b"success"  # noqa: PLR2004 - HTTP's
    except urllib3.exceptions.HTTPError:
        acknowledged = False
    if not acknowledged:
        raise task.retry(countdown=LADDER[min(task.request.retries, len(LADDER) - 1)])


if __name__ == "__main__":
    for number in range(*map(int, sys.argv[1:])):
        deliver.apply_async((os.environ["PARTNER_URL"], os.environ["BODY"].replace("ORDER", f"order-{number}")))
