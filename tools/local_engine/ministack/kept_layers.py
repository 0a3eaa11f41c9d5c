"""Each layer is unpacked once, instead of anew for every process of every function.

To unpack the layers takes 1.1 s of processor time in the one process that answers all calls; the imports of a function
take 0.7 s in its own. Eight requests at once, which are sixteen cold starts, kept the API from answering for twenty
seconds. MiniStack has no setting for it. Its module that starts the functions' processes unpacks a layer with
`zipfile.ZipFile(…).extractall(folder)`: it gets a class that unpacks into a folder of the content, and fills `folder`
with links to that.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import override

from ministack.core import lambda_runtime  # type: ignore[import-untyped] # it ships no types

_LAYER = "layer_"  # how MiniStack names the file of a layer; a function's own code is unpacked as before
_unpacking = Lock()


class KeptZip(zipfile.ZipFile):
    """A layer's archive: what it unpacks is links to a copy that stays for as long as the engine runs."""

    @override
    def namelist(self) -> list[str]:
        """The names to be looked at before unpacking: none where that was done when the copy was made."""
        return [] if _is_kept(self) else super().namelist()

    @override
    def extractall(
        self,
        path: str | os.PathLike[str] | None = None,
        members: Iterable[str | zipfile.ZipInfo] | None = None,
        pwd: bytes | None = None,
    ) -> None:
        if path is None or not _is_layer(self):
            super().extractall(path, members, pwd)
            return
        with _unpacking:
            if not _is_kept(self):
                self._keep(_copy_of(self))
        for entry in _copy_of(self).iterdir():
            (Path(path) / entry.name).symlink_to(entry)

    def _keep(self, copy: Path) -> None:
        """Unpacks beside the copy's place first: half a layer is never taken for a whole one."""
        copy.parent.mkdir(exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=copy.parent))
        try:
            super().extractall(part)
            part.rename(copy)
        except BaseException:
            shutil.rmtree(part)
            raise


def _is_layer(archive: zipfile.ZipFile) -> bool:
    return Path(archive.filename or "").name.startswith(_LAYER)


def _is_kept(archive: zipfile.ZipFile) -> bool:
    return _is_layer(archive) and _copy_of(archive).exists()


def _copy_of(archive: zipfile.ZipFile) -> Path:
    """The folder of everything in archives with this content."""
    with Path(str(archive.filename)).open("rb") as content:
        return Path(tempfile.gettempdir()) / "layers" / hashlib.file_digest(content, "sha256").hexdigest()


def keep_layers() -> None:
    """Gives MiniStack's module that starts the functions' processes our archive class in place of the library's."""
    module = ModuleType(zipfile.__name__)
    vars(module).update(vars(zipfile), ZipFile=KeptZip)
    vars(lambda_runtime)["zipfile"] = module
