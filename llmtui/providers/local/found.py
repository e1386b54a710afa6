"""Models that other programs keep on this disk: run in place, never written to.

* Ollama: ``OLLAMA_MODELS``, ``~/.ollama/models``, and that of its Linux service.
* LM Studio: ``PUBLISHER/REPOSITORY/*.gguf`` below ``~/.lmstudio/models``.
* Hugging Face: ``models--OWNER--REPO/snapshots/REVISION`` in the cache of
  ``huggingface_hub`` (its documentation, "Understand caching").
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from llmtui.clock import stamp
from llmtui.providers.local.model_files import ModelFiles, Source
from llmtui.providers.local.model_store import StoredModels

_SERVICE = Path("/usr/share/ollama/.ollama/models")
_MMPROJ = "mmproj"
"""How the files of projectors are called, by llama.cpp's own converter."""
_SPLIT = re.compile(r"-(\d{5})-of-(\d{5})$")
_QUANTISATION = re.compile(
    r"(?:^|[-._])((?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|BF16|F16|F32|MXFP4(?:_MOE)?))$",
    re.IGNORECASE,
)
_DEEPEST = 4
"""Folders between a place and its files."""


class Folders(NamedTuple):
    """Where other programs keep their models."""

    ollama: tuple[Path, ...] = ()
    lmstudio: tuple[Path, ...] = ()
    huggingface: tuple[Path, ...] = ()


def folders(environ: Mapping[str, str], home: Path) -> Folders:
    """The folders of this user, whether or not they are there."""
    own = environ.get("OLLAMA_MODELS", "").strip()
    ollama = [Path(own).expanduser()] if own else []
    ollama += [home / ".ollama" / "models"]
    if sys.platform.startswith("linux"):
        ollama += [_SERVICE]
    return Folders(
        tuple(dict.fromkeys(ollama)),
        (*_lm_studio(home),),
        (_hugging_face(environ, home),),
    )


def ollama_models(where: Folders) -> list[StoredModels]:
    """The stores of Ollama that are there."""
    return [StoredModels(x, "ollama") for x in where.ollama if _readable(x)]


def loose_files(where: Folders) -> Iterator[ModelFiles]:
    """The models of LM Studio and of the Hugging Face cache; blocking."""
    for folder in where.lmstudio:
        for path in _weights(folder):
            owner, repository = _above(path, folder)
            if name := _name("lmstudio", owner, repository, path):
                yield _files(name, path, "lmstudio")
    for folder in where.huggingface:
        for snapshot, repository in _snapshots(folder):
            owner, _, model = repository.rpartition("--")
            for path in _weights(snapshot):
                if name := _name("hf.co", owner, model, path):
                    yield _files(name, path, "huggingface")


def unreadable(where: Folders) -> list[Path]:
    """Folders that are there and may not be read: a service keeps its own so."""
    return [
        folder
        for group in where
        for folder in group
        if _exists(folder) and not _readable(folder)
    ]


def _files(name: str, path: Path, source: Source) -> ModelFiles:
    parts = _parts(path)
    projector = next(iter(_projectors(path.parent)), None)
    size, modified = 0, 0.0
    for part in (*parts, *((projector,) if projector else ())):
        with suppress(OSError):
            found = part.stat()
            size += found.st_size
            modified = max(modified, found.st_mtime)
    return ModelFiles(
        name,
        path,
        projector,
        source=source,
        size=size,
        modified=stamp(datetime.fromtimestamp(modified, UTC)),
    )


def _name(place: str, owner: str, repository: str, path: Path) -> str:
    """``PLACE/OWNER/REPOSITORY:QUANTISATION``, as Ollama calls those of the hub.

    >>> _name("hf.co", "o", "r", Path("Tiny-Q4_K_M.gguf"))
    'hf.co/o/r:Q4_K_M'
    >>> _name("hf.co", "o", "r", Path("UD-Q4_K_XL/a-UD-Q4_K_XL-00001-of-00002.gguf"))
    'hf.co/o/r:UD-Q4_K_XL'
    >>> _name("lmstudio", "o", "r", Path("tiny.gguf"))
    'lmstudio/o/r:tiny'
    """
    stem = _SPLIT.sub("", path.stem)
    found = _QUANTISATION.search(stem)
    tag = re.sub(r"[^\w.-]", "-", found[1] if found else stem).lstrip(".-")
    if not owner or not repository or not tag:
        return ""
    return f"{place}/{owner}/{repository}:{tag}"


def _weights(folder: Path) -> Iterator[Path]:
    """The GGUF files below a folder, of models in several parts the first."""
    for path in _ggufs(folder, _DEEPEST):
        split = _SPLIT.search(path.stem)
        first = not split or int(split[1]) == 1
        if first and _MMPROJ not in path.name.lower() and _whole(path):
            yield path


def _whole(path: Path) -> bool:
    return all(part.is_file() for part in _parts(path))


def _parts(path: Path) -> list[Path]:
    """The files of a model, which llama.cpp finds by the name of the first."""
    split = _SPLIT.search(path.stem)
    if not split:
        return [path]
    stem = path.stem[: split.start()]
    count = min(int(split[2]), 1000)
    return [
        path.with_name(f"{stem}-{number:05}-of-{split[2]}{path.suffix}")
        for number in range(1, count + 1)
    ]


def _projectors(folder: Path) -> list[Path]:
    """The projectors beside a model, the most exact one first."""
    found = [path for path in _ggufs(folder, 1) if _MMPROJ in path.name.lower()]
    order = ("f16", "bf16", "q8_0", "f32")

    def rank(path: Path) -> int:
        low = path.stem.lower()
        return next((n for n, x in enumerate(order) if low.endswith(x)), len(order))

    return sorted(found, key=rank)


def _ggufs(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        with suppress(OSError):
            if entry.is_dir():
                if depth > 1:
                    yield from _ggufs(Path(entry.path), depth - 1)
            elif entry.name.lower().endswith(".gguf"):
                yield Path(entry.path)


def _above(path: Path, folder: Path) -> tuple[str, str]:
    """Publisher and repository of a file of LM Studio."""
    parts = path.relative_to(folder).parts[:-1]
    return (parts[0], parts[1]) if len(parts) > 1 else ("", "")


def _snapshots(folder: Path) -> Iterator[tuple[Path, str]]:
    """The newest snapshot of each repository, and ``OWNER--REPO``."""
    repositories: list[Path] = []
    with suppress(OSError):
        repositories = sorted(folder.glob("models--*--*"))
    for repository in repositories:
        found: list[tuple[float, Path]] = []
        with suppress(OSError):
            for path in (repository / "snapshots").iterdir():
                found.append((path.stat().st_mtime, path))
        with suppress(OSError):
            main = (repository / "refs" / "main").read_text(encoding="utf-8").strip()
            if (path := repository / "snapshots" / main) in [x for _, x in found]:
                found = [(0.0, path)]
        if found:
            yield max(found)[1], repository.name.removeprefix("models--")


def _lm_studio(home: Path) -> list[Path]:
    """LM Studio's folders; where its home was moved, a file says where to."""
    found = [home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"]
    with suppress(OSError, ValueError):
        moved = (home / ".lmstudio-home-pointer").read_text(encoding="utf-8").strip()
        if moved and Path(moved).is_absolute():
            found.insert(0, Path(moved) / "models")
    return list(dict.fromkeys(found))


def _hugging_face(environ: Mapping[str, str], home: Path) -> Path:
    """As ``huggingface_hub`` finds it."""
    for variable, below in (
        ("HF_HUB_CACHE", ""),
        ("HUGGINGFACE_HUB_CACHE", ""),
        ("HF_HOME", "hub"),
        ("XDG_CACHE_HOME", "huggingface/hub"),
    ):
        if value := environ.get(variable, "").strip():
            return Path(value).expanduser() / below
    return home / ".cache" / "huggingface" / "hub"


def _exists(folder: Path) -> bool:
    try:
        folder.lstat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _readable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)
