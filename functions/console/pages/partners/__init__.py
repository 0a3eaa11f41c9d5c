"""The pages of the partners: the list, one partner, its registration and its changes."""
