"""The console's routes, a module for each kind of page."""
