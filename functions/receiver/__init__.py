"""POST /notifications: checks a notification, stores it once and acknowledges it."""
