"""Compiles the templates into a built layer: `python -m console_templates.compilation <folder of the package>`."""

import sys
from pathlib import Path

from jinja2 import FileSystemLoader

from console_templates.environment import COMPILED, SOURCES, environment


def compile_into(package: Path) -> None:
    """Writes a module for each template. A template with a syntax error raises `TemplateSyntaxError`."""
    environment(FileSystemLoader(SOURCES)).compile_templates(package / COMPILED, zip=None, ignore_errors=False)


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]))
