"""GET /orders: the state of an order, for the partner."""
