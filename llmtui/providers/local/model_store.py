"""Models as Ollama lays them out on a disk: ``manifests`` and ``blobs``.

``manifests/HOST/NAMESPACE/MODEL/TAG`` is a manifest, ``blobs/sha256-HEX`` are the
files that manifests name. ``StoredModels`` reads such a folder, whoever it
belongs to; ``ModelStore`` is the one of this program, which it also writes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_mapping, as_mappings, as_text
from llmtui.clock import stamp
from llmtui.files.disk import DISK, Disk, make_folder
from llmtui.files.lock import locked
from llmtui.files.reading import open_file, read_file
from llmtui.files.writing import replace_file, second_name
from llmtui.providers.local.blobs import Blobs
from llmtui.providers.local.manifest import (
    LONGEST,
    BadManifest,
    Kind,
    Layer,
    Manifest,
    image_layer,
    parse_manifest,
)
from llmtui.providers.local.model_files import ModelFiles, Source
from llmtui.providers.local.model_name import ModelName, is_name
from llmtui.sanitise import encodable

_PATIENCE = 30.0
"""Seconds to wait for another program that writes or removes a manifest."""


class Stored(NamedTuple):
    """One model in a folder."""

    name: ModelName
    manifest: Manifest
    digest: str
    """Of the manifest: 64 hex digits."""
    modified: str
    """RFC 3339."""


class StoredModels:
    """The models in a folder; all is read anew each time. Everything blocks."""

    def __init__(self, folder: Path, source: Source, disk: Disk = DISK) -> None:
        self.folder = folder
        self.source = source
        self.blobs = Blobs(folder / "blobs", disk)

    def models(self) -> Iterator[Stored]:
        """Every model that is there whole; what cannot be read is passed over."""
        manifests = self.folder / "manifests"
        for path in _files(manifests, depth=4):
            parts = path.relative_to(manifests).parts
            if not is_name(parts):
                continue
            found = self._read(path, ModelName(*parts))
            if found and all(self.blobs.has(x) for x in found.manifest.files):
                yield found

    def find(self, name: ModelName) -> Stored | None:
        """The model of this name, in whatever letters."""
        exact = self._read(self._path(name), name)
        if exact and all(self.blobs.has(x) for x in exact.manifest.files):
            return exact
        return next((x for x in self.models() if x.name.key == name.key), None)

    def files(self, stored: Stored) -> ModelFiles | None:
        """The model as the engine needs it; None if it has no weights in GGUF.

        Raises ``OSError`` and ``ValueError`` for files that cannot be read.
        """
        manifest = stored.manifest
        paths = {
            kind: [self.blobs.path(layer.digest) for layer in manifest.of(kind)]
            for kind in _FILES
        }
        if not paths["model"]:
            return None
        projectors = [*paths["projector"], *paths["model"][1:]]
        templates = self._texts(manifest, "template") or self._texts(manifest, "prompt")
        return ModelFiles(
            name=stored.name.shown,
            weights=paths["model"][0],
            projector=projectors[0] if projectors else None,
            adapters=tuple(paths["adapter"]),
            template=templates[-1] if templates else "",
            system="".join(self._texts(manifest, "system")[-1:]),
            parameters=self.parameters(manifest),
            messages=self.messages(manifest),
            license="\n\n".join(self._texts(manifest, "license")),
            digest=stored.digest,
            source=self.source,
            size=manifest.size,
            modified=stored.modified,
            config=self.config(manifest),
        )

    def config(self, manifest: Manifest) -> Mapping[str, Any]:
        """What the manifest's configuration says (``types/model/config.go``)."""
        return as_mapping(self._json(manifest.config)) if manifest.config else {}

    def _path(self, name: ModelName) -> Path:
        return self.folder.joinpath("manifests", *name.parts)

    def _read(self, path: Path, name: ModelName) -> Stored | None:
        try:
            with open_file(path) as file:
                data = file.read(LONGEST)
                modified = os.fstat(file.fileno()).st_mtime
            manifest = parse_manifest(data)
        except (OSError, BadManifest):
            return None
        if not isinstance(manifest, Manifest):
            return None
        digest = hashlib.sha256(data).hexdigest()
        when = stamp(datetime.fromtimestamp(modified, UTC))
        return Stored(name, manifest, digest, when)

    def parameters(self, manifest: Manifest) -> Mapping[str, Any]:
        """Its options. Raises ``OSError`` and ``ValueError``."""
        found: dict[str, Any] = {}
        for layer in manifest.of("params"):
            found |= as_mapping(self._json(layer))
        return {name: value for name, value in found.items() if value is not None}

    def messages(self, manifest: Manifest) -> tuple[Mapping[str, str], ...]:
        """Its conversation. Raises ``OSError`` and ``ValueError``."""
        return tuple(
            {
                "role": as_text(entry.get("role")),
                "content": as_text(entry.get("content")),
            }
            for layer in manifest.of("messages")
            for entry in as_mappings(self._json(layer))
        )

    def _texts(self, manifest: Manifest, kind: Kind) -> list[str]:
        return [
            self._bytes(layer).decode("utf-8", "replace") for layer in manifest.of(kind)
        ]

    def _json(self, layer: Layer) -> Any:
        try:
            return json.loads(self._bytes(layer))
        except RecursionError:
            raise ValueError("too deep") from None

    def _bytes(self, layer: Layer) -> bytes:
        with open_file(self.blobs.path(layer.digest)) as file:
            return file.read(LONGEST)


class ModelStore(StoredModels):
    """The models that this program fetched. Everything blocks, raises ``OSError``."""

    def __init__(self, folder: Path, disk: Disk = DISK) -> None:
        super().__init__(folder, "store", disk)
        self._disk = disk

    def add(self, name: ModelName, data: bytes, manifest: Manifest) -> bool:
        """Make a model of what was fetched; False if a file of it went meanwhile."""
        with self._locked():
            if not all(self.blobs.has(layer) for layer in manifest.files):
                return False
            old = self._read(self._path(name), name)
            self._write(name, data)
            if old:
                self._remove_unused(old.manifest)
        return True

    def adopt(self, files: ModelFiles) -> Manifest:
        """What a model of a single file is made of; the file has a second name here."""
        digest = f"sha256:{files.digest}"
        second_name(files.weights, self.blobs.path(digest))
        layers = [image_layer("model", digest, files.size)]
        if files.parameters:
            params = json.dumps(dict(files.parameters))
            layers.append(self.text_layer("params", params))
        return Manifest(tuple(layers))

    def text_layer(self, kind: Kind, text: str) -> Layer:
        """Keep a text as a layer of a model that is still to be added."""
        layer = self.blobs.put(encodable(text).encode())
        return image_layer(kind, layer.digest, layer.size)

    def copy(self, source: Stored, destination: ModelName) -> None:
        """Give a model a second name; its files are there once."""
        with self._locked():
            self._write(destination, read_file(self._path(source.name)))

    def remove(self, stored: Stored) -> None:
        """Remove a model, and those of its files that no other one has."""
        with self._locked():
            path = self._path(stored.name)
            path.unlink()
            for folder in path.parents[:3]:
                with suppress(OSError):
                    folder.rmdir()
            self._remove_unused(stored.manifest)

    def _locked(self) -> Any:
        make_folder(self.folder)
        return locked(self.folder / ".models.lock", _PATIENCE)

    def _write(self, name: ModelName, data: bytes) -> None:
        path = self._path(name)
        make_folder(path.parent)
        replace_file(path, (data,), disk=self._disk)

    def _remove_unused(self, manifest: Manifest) -> None:
        """Remove the files of a manifest that is gone."""
        used = set()
        for path in _files(self.folder / "manifests", depth=4):
            other = self._read(path, _ANY)
            if other is None:
                return  # who knows what it needs: better too many files than too few
            used |= {layer.digest for layer in other.manifest.files}
        for layer in manifest.files:
            if layer.digest not in used:
                with suppress(FileNotFoundError):
                    self.blobs.path(layer.digest).unlink()


_FILES: tuple[Kind, ...] = ("model", "projector", "adapter")
_ANY = ModelName("", "", "", "")


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """The files exactly so deep in a folder, in order; hidden ones are none."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        if depth > 1 and entry.is_dir():
            yield from _files(path, depth - 1)
        elif depth == 1 and entry.is_file():
            yield path
