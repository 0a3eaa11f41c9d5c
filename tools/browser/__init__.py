"""A Chromium for the tests of the console, from packages: no browser has to be installed on the machine."""
