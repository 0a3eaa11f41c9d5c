"""The sources: senders that submit at an inbound address of their own."""
