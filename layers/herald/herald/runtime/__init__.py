"""What every Lambda function needs around its work: settings, logs, metrics, HTTP responses."""
