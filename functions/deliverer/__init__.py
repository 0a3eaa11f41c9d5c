"""One attempt for each SQS message: claim, POST to the partner, settle."""
