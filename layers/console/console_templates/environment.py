"""Jinja2's environment, the same for compiling the templates and for writing pages."""

from pathlib import Path
from typing import Final

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

_HERE: Final = Path(__file__).parent
SOURCES: Final = _HERE / "html"
TRANSLATIONS: Final = _HERE / "languages"
COMPILED: Final = "compiled"  # the folder of the modules, in a built layer


def environment(loader: BaseLoader | None = None) -> Environment:
    """The environment. Text is escaped everywhere; a name that a page does not give is an error, not an empty text.

    A built layer has compiled templates and no others; in the source tree they are parsed.
    """
    made = Environment(
        loader=loader or _loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["_"] = _untranslated
    return made


def _loader() -> BaseLoader:
    compiled = _HERE / COMPILED
    return ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(SOURCES)


def _untranslated(template: str, **values: object) -> str:
    """Replaced by the console with the catalogues; here so that templates compile with the name known."""
    return template.format(**values)
