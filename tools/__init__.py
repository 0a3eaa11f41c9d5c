"""What people run on their own machine."""
