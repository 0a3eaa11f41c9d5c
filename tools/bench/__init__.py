"""`make bench`: the processor time of a delivery, a submission and a poll's message, beside other systems."""
