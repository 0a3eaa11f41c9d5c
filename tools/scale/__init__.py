"""How many notifications Herald can take: one poll measured, and a simulation with AWS's quotas."""
