"""The tools on a deployed stack."""
