"""Others that do the same job on this machine: a bare POST, Celery with Redis, and BullMQ."""
