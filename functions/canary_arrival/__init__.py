"""A Lambda function; this file is here for import-linter only."""
