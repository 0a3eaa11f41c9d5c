"""`make demo`: real notifications travel through the real stack on this machine, and a timeline tells of it."""
