"""Manifests of models: which layers belong to one, by digest and size; no I/O.

The fields are those of the registry's protocol, version 2, and the media types
those of Ollama's ``server/images.go``. What comes from a registry is untrusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from llmtui.chat.lenient import as_mapping, as_mappings, as_text, as_whole

MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
LIST_TYPES = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
LONGEST = 4_000_000
"""Bytes of a manifest that are read."""

_IMAGE = "application/vnd.ollama.image."
_CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
_DIGEST = re.compile(r"sha256[:-]([0-9a-fA-F]{64})")

Kind = Literal[
    "model",
    "projector",
    "adapter",
    "template",
    "prompt",
    "system",
    "params",
    "messages",
    "license",
    "tensor",
]
"""What a layer is; ``prompt`` is what old manifests call a template."""


class BadManifest(ValueError):
    """This is no manifest of a model; ``str()`` says why."""


class Layer(NamedTuple):
    """One file of a model."""

    media_type: str
    digest: str
    """``sha256:`` and 64 hex digits in small letters."""
    size: int
    """Bytes."""


class Manifest(NamedTuple):
    """What one model is made of."""

    layers: tuple[Layer, ...]
    config: Layer | None = None

    def of(self, kind: Kind) -> tuple[Layer, ...]:
        """The layers of a kind, in their order."""
        return tuple(x for x in self.layers if x.media_type == _IMAGE + kind)

    @property
    def files(self) -> tuple[Layer, ...]:
        """Every file once, the small ones first: a model is of use when all are there,
        and what is wrong with a small one is better known before the large one.
        """
        config = (self.config,) if self.config else ()
        by_digest = {layer.digest: layer for layer in (*config, *self.layers)}
        return tuple(sorted(by_digest.values(), key=lambda layer: layer.size))

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(layer.size for layer in self.files)


def parse_manifest(data: bytes) -> Manifest | tuple[Layer, ...]:
    """Read a manifest, or a list of them: then where they are, the best first.

    Raises ``BadManifest``.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise BadManifest("the manifest is no JSON") from None
    found = as_mapping(found)
    if "manifests" in found and "layers" not in found:
        return _listed(found)
    entries = as_mappings(found.get("layers"))
    config = as_mapping(found.get("config"))
    if not entries and not config:
        raise BadManifest("the manifest names no layers")
    return Manifest(
        tuple(_layer(entry) for entry in entries),
        _layer(config, _CONFIG_TYPE) if config.get("digest") else None,
    )


def write_manifest(manifest: Manifest) -> bytes:
    """A manifest as Ollama writes it."""
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MEDIA_TYPE,
            "config": _written(manifest.config) if manifest.config else {},
            "layers": [_written(layer) for layer in manifest.layers],
        }
    ).encode()


def image_layer(kind: Kind, digest: str, size: int) -> Layer:
    """A layer of our own."""
    return Layer(_IMAGE + kind, digest, size)


def config_layer(digest: str, size: int) -> Layer:
    return Layer(_CONFIG_TYPE, digest, size)


def as_digest(text: str) -> str:
    """A digest as we write it, "" for what is none.

    >>> as_digest("sha256-" + "A" * 64) == "sha256:" + "a" * 64, as_digest("md5:1")
    (True, '')
    """
    found = _DIGEST.fullmatch(text)
    return f"sha256:{found[1].lower()}" if found else ""


def _layer(entry: Mapping[str, Any], media_type: str = "") -> Layer:
    digest = as_digest(as_text(entry.get("digest")))
    if not digest:
        raise BadManifest("the manifest names a layer without a sha256 digest")
    return Layer(
        as_text(entry.get("mediaType")) or media_type,
        digest,
        as_whole(entry.get("size")),
    )


def _written(layer: Layer) -> dict[str, Any]:
    return {
        "mediaType": layer.media_type,
        "digest": layer.digest,
        "size": layer.size,
    }


def _listed(found: Mapping[str, Any]) -> tuple[Layer, ...]:
    """The manifests of a list; those for no platform at all are signatures."""
    entries = [
        entry
        for entry in as_mappings(found.get("manifests"))
        if as_mapping(entry.get("platform")).get("architecture") != "unknown"
    ]
    if not entries:
        raise BadManifest("the list of manifests is empty")
    return tuple(_layer(entry) for entry in entries)
