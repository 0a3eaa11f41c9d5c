"""DynamoDB: one module for each table, with its conditional writes."""
