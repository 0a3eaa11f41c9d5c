"""The senders that submit at an inbound address of their own: what is known of one, and each change of it."""
