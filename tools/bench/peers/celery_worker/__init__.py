"""What runs in the environment of Celery, `.peers/venv`, with nothing of the project around it."""
