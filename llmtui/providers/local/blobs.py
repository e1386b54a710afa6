"""Files by their digest, as Ollama keeps them: ``blobs/sha256-HEX``.

A file has its name only once its bytes were checked. Until then it is called
``sha256-HEX-partial``.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from pathlib import Path

from llmtui.files.disk import DISK, Disk
from llmtui.files.lock import is_held
from llmtui.files.partial import Partial, open_partial
from llmtui.providers.local.manifest import Layer

_PARTIAL = "-partial"
_STALE = 30 * 86_400.0
"""Seconds after which nobody will go on with half a file."""


class Blobs:
    """A folder of files by digest."""

    def __init__(self, folder: Path, disk: Disk = DISK) -> None:
        """Nothing is created until something is written."""
        self.folder = folder
        self._disk = disk

    def path(self, digest: str) -> Path:
        """Where the file of ``digest`` is or would be."""
        return self.folder / digest.replace(":", "-")

    def has(self, layer: Layer) -> bool:
        """Whether the file is there, whole."""
        try:
            size = self.path(layer.digest).stat().st_size
        except OSError:
            return False
        return size == layer.size or not layer.size

    def partial_size(self, digest: str) -> int:
        """Bytes that are there of a file that is being fetched."""
        try:
            return self._partial_path(digest).stat().st_size
        except OSError:
            return 0

    def open_partial(self, digest: str) -> Partial | None:
        """Begin or go on with a file; None while another program is at it.

        Raises ``OSError``.
        """
        return open_partial(self._partial_path(digest), self._disk)

    def put(self, data: bytes) -> Layer:
        """Keep ``data``, as a layer without a type. Blocking; raises ``OSError``."""
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        if not self.path(digest).exists() and (partial := self.open_partial(digest)):
            with partial:
                partial.reset()
                partial.write(data)
                partial.settle(self.path(digest))
        return Layer("", digest, len(data))

    def sweep(self, now: float | None = None) -> None:
        """Remove half files that nobody went on with for a month."""
        before = (time.time() if now is None else now) - _STALE
        with suppress(OSError):
            for path in self.folder.glob("*" + _PARTIAL):
                if path.stat().st_mtime < before and not is_held(path):
                    path.unlink()

    def _partial_path(self, digest: str) -> Path:
        return self.folder / (digest.replace(":", "-") + _PARTIAL)
