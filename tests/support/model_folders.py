"""Folders of models as other programs lay them out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.registry import IMAGE, MANIFEST


def ollama_model(
    folder: Path,
    name: str,
    layers: Mapping[str, bytes | Path],
    config: Mapping[str, Any] | None = None,
) -> None:
    """Put a model into a ``models`` folder; ``name`` is HOST/NAMESPACE/MODEL/TAG.

    A layer that is a path is linked, since weights are large.
    """
    blobs = folder / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)

    def blob(content: bytes | Path) -> dict[str, Any]:
        data = content if isinstance(content, bytes) else content.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        path = blobs / f"sha256-{digest}"
        if isinstance(content, Path) and not path.exists():
            os.symlink(content.resolve(), path)
        elif not path.exists():
            path.write_bytes(data)
        return {"digest": f"sha256:{digest}", "size": len(data)}

    about = {"model_format": "gguf", "model_family": "llama", **(config or {})}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blob(json.dumps(about).encode()),
        "layers": [
            {"mediaType": IMAGE + kind, **blob(content)}
            for kind, content in layers.items()
        ],
    }
    path = folder / "manifests" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(manifest))


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file of a folder with inode, time and size: whether one was touched."""
    found = {}
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        found[str(path)] = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return found
