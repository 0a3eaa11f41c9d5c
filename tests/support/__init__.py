"""What tests share: factories, fakes, simulated time, measurements."""
