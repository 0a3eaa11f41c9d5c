"""A long outage of one partner, simulated with the rules of the domain and drawn."""
