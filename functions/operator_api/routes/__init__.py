"""The routes of the operators' API, by what they are about."""
