"""The soak, with real sockets and queues."""
