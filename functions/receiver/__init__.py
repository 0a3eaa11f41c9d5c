"""POST /notifications and its batch: checks notifications, stores each once and acknowledges it."""
