"""The types of the requests and responses of the operators' API."""
