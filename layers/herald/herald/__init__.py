"""Herald tells sales partners, over HTTP, what became of their vouchers, until each of them answers `success`."""

__version__ = "0.1.0"
