"""template.yaml on the local engine: parameters, deployment, routes, schedules, keys."""
