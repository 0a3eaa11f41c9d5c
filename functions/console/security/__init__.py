"""Who may use the console: sessions, cookies, and the checks of requests that change something."""
