"""The fourth story: a partner runs Herald before a shop system of its own, which is out of order for a while."""
