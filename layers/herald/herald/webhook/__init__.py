"""The HTTPS request to a partner: the client, its connections, the response, the verdict."""
