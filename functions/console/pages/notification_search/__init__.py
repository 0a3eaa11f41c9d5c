"""The search for notifications: a form, and what was found."""
