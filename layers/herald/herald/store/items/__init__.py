"""The form of each DynamoDB item: attributes to domain values and back."""
