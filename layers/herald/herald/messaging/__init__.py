"""The SQS queues and the SNS topic: what is sent, and how it is read."""
