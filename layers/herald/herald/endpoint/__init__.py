"""Which addresses of partners may be called: their form, their host name, what the name resolves to."""
