"""What people see: each page is made from an answer of the API and knows neither options nor HTTP."""
