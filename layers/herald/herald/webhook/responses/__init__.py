"""What is read of a partner's response, byte by byte, and what is wrong with it."""
