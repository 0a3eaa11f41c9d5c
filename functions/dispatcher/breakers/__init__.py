"""What a poll leaves alone because a partner's server is out of order, and what it does for those partners."""
