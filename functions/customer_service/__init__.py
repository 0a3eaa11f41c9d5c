"""What customer service reads and decides, for the operators' API and the console."""
