"""DynamoDB, SQS and KMS in the memory of one process: as much of them as Herald's functions ask, and quick."""
