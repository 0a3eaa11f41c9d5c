"""What lists of notifications are made of: what needs a person, and searches by partner and time."""
