"""boto3's clients, with the operations that run for each notification sent by a shorter way."""
