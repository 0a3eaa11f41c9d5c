"""Installs the browser: `python -m tools.browser`."""

from tools.browser.chromium import FOLDER
from tools.browser.installation import install

if __name__ == "__main__":
    install(FOLDER)
