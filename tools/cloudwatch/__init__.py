"""CloudWatch as far as Herald uses it: alarms, metric math, Logs Insights, the dashboards' bodies."""
