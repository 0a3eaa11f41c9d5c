"""The routes of the partners: the registry, what is decided about one partner, its new secrets, how it is sent to."""
