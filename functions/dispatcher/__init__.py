"""Each poll: queues what is due, sends alerts, releases held notifications, measures the backlog."""
