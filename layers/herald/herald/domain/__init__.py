"""What a notification, a partner and a job are and may become. Pure: no AWS, no HTTP, no environment."""
