"""The work list, and the pages about what is failed or held of one partner."""
