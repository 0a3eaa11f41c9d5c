"""What belongs to the review of a partner's address, beside the partner itself."""
