"""From a request to a page: who asks, whether it is allowed, and what is answered."""
