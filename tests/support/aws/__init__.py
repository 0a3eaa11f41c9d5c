"""Stand-ins for AWS: moto in the process, moto's server, failing networks, stopping processes."""
