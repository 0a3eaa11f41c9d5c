"""One decision for many notifications: jobs, and the job that completes the lists."""
