"""The canary's partner: records that the canary's notification arrived."""
