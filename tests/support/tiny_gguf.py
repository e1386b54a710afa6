"""Small files in GGUF format: a head with metadata and no tensors."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

METADATA: Mapping[str, Any] = {
    "general.architecture": "llama",
    "general.size_label": "1K",
    "general.file_type": 3,
    "general.license": "MIT",
    "llama.context_length": 2048,
    "llama.rope.freq_base": 10000.0,
    "tokenizer.ggml.add_bos_token": True,
    "tokenizer.ggml.tokens": [f"token{n}" for n in range(100)],
    "tokenizer.ggml.scores": [float(n) for n in range(100)],
    "general.languages": ["en"],
    "tokenizer.chat_template": "{% if tools %}{% endif %}<think>",
}


def gguf(metadata: Mapping[str, Any] = METADATA) -> bytes:
    """The bytes of a file with this metadata."""
    pairs = b"".join(_string(key) + _typed(value) for key, value in metadata.items())
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(metadata)) + pairs


def _typed(value: Any) -> bytes:
    kind, data = _value(value)
    return struct.pack("<I", kind) + data


def _value(value: Any) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return 7, struct.pack("<?", value)
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    if isinstance(value, str):
        return 8, _string(value)
    inner = [_value(item) for item in value]
    head = struct.pack("<IQ", inner[0][0], len(inner))
    return 9, head + b"".join(data for _, data in inner)


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data
