"""A partner whose server is out of order: held back, probed, and brought forward."""
