"""A fault is planted into a copy, and only where its text still stands."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tools.prove.faulty_aws.planted import PLANTS, NotPlanted, Planted, archive

LAYER = ROOT / "layers" / "herald"


@pytest.mark.parametrize("name", PLANTS)
def test_every_fault_can_be_planted_into_the_layer_as_it_is(name: str, tmp_path: Path) -> None:
    shutil.copytree(LAYER, tmp_path / "python")
    planted = PLANTS[name]
    source = (tmp_path / planted.file).read_text(encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(archive(tmp_path, planted))) as packed:
        changed = packed.read(planted.file).decode()
    assert changed == source.replace(planted.text, planted.instead) != source
    compile(changed, planted.file, "exec")


def test_a_fault_whose_text_is_gone_is_not_planted(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("a = 1\n")
    with pytest.raises(NotPlanted, match="does not stand once"):
        archive(tmp_path, Planted("file.py", "b = 1", "b = 2"))
    with pytest.raises(NotPlanted, match="has no other"):
        archive(tmp_path, Planted("other.py", "b = 1", "b = 2"))
