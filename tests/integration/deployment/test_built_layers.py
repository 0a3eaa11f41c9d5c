"""What `sam build` builds by default: for arm64, whatever this machine is."""

import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from console_templates.environment import SOURCES
from tests.support.paths import FUNCTIONS
from tools.local_engine.environment import ROOT, build_environment
from tools.local_stack.template import read_template

AARCH64 = 183  # e_machine of ELF: EM_AARCH64
SAM = "AWS::Serverless-2016-10-31"
LIMIT = 250 * 1024 * 1024  # bytes, unzipped: what Lambda allows for a function and its layers together
FOLDERS = {
    "DependenciesLayer": "dependencies",
    "ConsoleDependenciesLayer": "console_dependencies",
    "ConsoleLayer": "console",
}
# Loads every template and renders a page, and refuses to parse a template or to compile its module.
RENDERS = """
import sys
sys.path[:0] = {path!r}
import jinja2
from console.pages.problem import not_found
from console.rendering.page import _environment
from console_templates import environment
def refused(*_, **__):
    raise AssertionError("a template is parsed")
jinja2.Environment.parse = jinja2.Environment.compile = refused
def look(event, arguments):
    if event == "compile" and "tmpl_" in str(arguments[1]):
        raise AssertionError(f"compiled anew: {{arguments[1]}}")
sys.addaudithook(look)
assert {{jinja2.__file__.startswith(sys.path[0]), environment.__file__.startswith(sys.path[1])}} == {{True}}
for name in {names!r}:
    _environment().get_template(name)
page = not_found("/console/no-such-page", None)
assert page.startswith("<!DOCTYPE html>"), page
languages = environment.TRANSLATIONS.glob("*/console.po")
assert sorted(path.parent.name for path in languages) == ["zh_Hans", "zh_Hant"]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers built with the defaults, in a copy, so that this machine's build cache stays."""
    copy = tmp_path_factory.mktemp("arm64")
    for folder in FOLDERS.values():
        shutil.copytree(ROOT / "layers" / folder, copy / "layers" / folder)
    whole = read_template()
    layers = {name: whole["Resources"][name] for name in FOLDERS}
    template = {"Transform": SAM, "Parameters": whole["Parameters"], "Resources": layers}
    (copy / "template.json").write_text(json.dumps(template))
    done = subprocess.run(
        ["sam", "build", "--template", "template.json", "--parallel"],  # noqa: S607 - the one of this environment, first on the path
        cwd=copy,
        env=build_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return copy / ".aws-sam" / "build"


def machine(path: Path) -> int | None:
    """The architecture that the file is compiled for (`e_machine` of ELF); None where it is not compiled."""
    start = path.read_bytes()[:20]
    return int(struct.unpack_from("<H", start, 18)[0]) if start.startswith(b"\x7fELF") else None


@pytest.mark.parametrize(
    ("layer", "library"), [("DependenciesLayer", "_pydantic_core"), ("ConsoleDependenciesLayer", "_speedups")]
)
def test_arm64_layer_has_only_arm64_binaries(built: Path, layer: str, library: str) -> None:
    files = (built / layer).rglob("*")
    compiled = {path.name: machine(path) for path in files if path.is_file() and machine(path)}
    assert any(name.startswith(library) for name in compiled)
    assert set(compiled.values()) == {AARCH64}, compiled


def test_the_layers_leave_room_for_the_code(built: Path) -> None:
    size = sum(path.stat().st_size for path in built.rglob("*") if path.is_file())
    assert size < LIMIT // 2


def test_the_console_brings_only_what_it_needs_besides(built: Path) -> None:
    """A library in both layers would be there twice, and one version would hide the other."""
    both = ({path.name for path in (built / name / "python").glob("*.dist-info")} for name in list(FOLDERS)[:2])
    assert not set.intersection(*both)


def test_every_template_is_compiled_and_no_source_is_left(built: Path) -> None:
    package = built / "ConsoleLayer" / "python" / "console_templates"
    modules = {path.stem for path in (package / "compiled").glob("tmpl_*.py")}
    assert len(modules) == len([*SOURCES.glob("*.html")]) > 5
    kept = {path.name.partition(".")[0] for path in (package / "compiled" / "__pycache__").glob("*.pyc")}
    assert kept == modules
    assert [*package.rglob("*.html")] == []


def test_built_pages_render_without_being_parsed(built: Path, tmp_path: Path) -> None:
    """With the layers' own Jinja2, whose compiled part is left out where this machine is no arm64."""
    layers = [str(built / name / "python") for name in ("ConsoleDependenciesLayer", "ConsoleLayer")]
    path = [*layers, str(FUNCTIONS), str(ROOT / "layers" / "herald")]
    script = RENDERS.format(path=path, names=sorted(path.name for path in SOURCES.glob("*.html")))
    command = [sys.executable, "-I", "-B", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
