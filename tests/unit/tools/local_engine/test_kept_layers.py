"""A layer is unpacked once, and every process of a function gets it whole."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ministack.core import lambda_runtime  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.ministack.kept_layers import KeptZip, keep_layers

FILES = {"python/herald/__init__.py": b"", "python/herald/clock.py": b"now = 1\n", "python/top.py": b"x = 1\n"}


@pytest.fixture(autouse=True)
def own_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The engine's folder for what is temporary."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def archive(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as written:
        for name, content in files.items():
            written.writestr(zipfile.ZipInfo(name), content)
    return path


def unpacked(folder: Path, files: dict[str, bytes], name: str = "layer_0") -> Path:
    """As MiniStack does it for one process: the archive, looked at and unpacked beside itself."""
    layer = folder / name
    layer.mkdir(parents=True)
    with KeptZip(archive(folder / f"{name}.zip", files)) as opened:
        opened.namelist()
        opened.extractall(layer)
    return layer


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_each_process_gets_the_whole_layer(tmp_path: Path) -> None:
    assert [content(unpacked(tmp_path / str(number), FILES)) for number in range(3)] == [FILES] * 3


def test_the_second_process_gets_the_first_ones_files(tmp_path: Path) -> None:
    first, second = unpacked(tmp_path / "1", FILES), unpacked(tmp_path / "2", FILES)
    assert (first / "python").resolve() == (second / "python").resolve()


def test_another_content_is_another_layer(tmp_path: Path) -> None:
    changed = {**FILES, "python/top.py": b"x = 2\n"}
    assert content(unpacked(tmp_path / "1", FILES)) == FILES
    assert content(unpacked(tmp_path / "2", changed)) == changed
    assert content(unpacked(tmp_path / "3", FILES, "layer_1")) == FILES


def test_a_layer_is_whole_also_when_many_processes_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        layers = list(pool.map(lambda number: unpacked(tmp_path / str(number), FILES), range(16)))
    assert [content(layer) for layer in layers] == [FILES] * 16
    assert len({(layer / "python").resolve() for layer in layers}) == 1


def test_a_process_that_ends_takes_only_its_links_away(tmp_path: Path) -> None:
    first, second = unpacked(tmp_path / "1", FILES), unpacked(tmp_path / "2", FILES)
    lambda_runtime.shutil.rmtree(first.parent)
    assert content(second) == FILES


def test_the_code_of_a_function_is_its_own(tmp_path: Path) -> None:
    code = unpacked(tmp_path / "1", FILES, "code")
    assert not any(path.is_symlink() for path in code.rglob("*"))
    assert content(code) == FILES


def test_a_layer_that_could_not_be_unpacked_is_not_kept(tmp_path: Path) -> None:
    broken = archive(tmp_path / "layer_0.zip", FILES)
    broken.write_bytes(broken.read_bytes().replace(b"now = 1", b"now = 2", 1))  # not what its checksum says
    for _ in range(2):
        with KeptZip(broken) as opened, pytest.raises(zipfile.BadZipFile):
            opened.extractall(tmp_path)
    assert list((tmp_path / "layers").iterdir()) == []


def test_the_engine_unpacks_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_runtime, "zipfile", zipfile)
    keep_layers()
    assert lambda_runtime.zipfile.ZipFile is KeptZip
    assert lambda_runtime.zipfile.BadZipFile is zipfile.BadZipFile
    assert zipfile.ZipFile is not KeptZip
