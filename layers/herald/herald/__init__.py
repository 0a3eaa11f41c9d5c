"""Herald sends notifications about vouchers to sales partners over HTTPS until each partner responds `success`."""

__version__ = "0.1.0"
