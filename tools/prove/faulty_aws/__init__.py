"""AWS as the functions see it in a soak: requests that fail, clocks that differ, and a fault that is planted."""
