"""The console: customer service in the browser, server-rendered."""
