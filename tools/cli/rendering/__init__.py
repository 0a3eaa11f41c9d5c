"""What the command prints: each page is made from an API response and knows neither options nor HTTP."""
