"""The import rules name every module of the layer: a new one cannot stay outside of them unnoticed."""

import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
PURE = CONTRACTS["Pure modules know neither AWS nor HTTP nor the environment"]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom in the layer."""
    return grimp.build_graph(
        "herald", include_external_packages=True, cache_dir=None, exclude_type_checking_imports=True
    )


def test_a_module_is_listed_as_pure_exactly_when_it_is(graph: grimp.ImportGraph) -> None:
    outside = set(PURE["forbidden_modules"])
    modules = {module for module in graph.modules if module.startswith("herald.")}
    pure = {module for module in modules if not graph.find_upstream_modules(module) & outside}
    assert sorted(PURE["source_modules"]) == sorted(pure)
