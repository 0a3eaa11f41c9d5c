"""What is kept and decided for each partner."""
