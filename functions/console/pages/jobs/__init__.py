"""The pages of the jobs: the list, and one job with its progress."""
