"""The metadata at the head of a GGUF file.

Format: ``docs/gguf.md`` of ggml: magic, version, number of tensors, number of
key-value pairs, the pairs; all little-endian. Read here to say at once what is
wrong with a file, and how much context it was trained for; the loading itself
is llama.cpp's.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from llmtui.files.reading import open_file

_PLAIN = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9
_LONGEST = 64 * 1024 * 1024
_SHORT_ARRAY = 64
"""Longer arrays are the vocabulary; they are skipped."""

_QUANTISATIONS = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    19: "IQ2_XXS",
    20: "IQ2_XS",
    21: "Q2_K_S",
    22: "IQ3_XS",
    23: "IQ3_XXS",
    24: "IQ1_S",
    25: "IQ4_NL",
    26: "IQ3_S",
    27: "IQ3_M",
    28: "IQ2_S",
    29: "IQ2_M",
    30: "IQ4_XS",
    31: "IQ1_M",
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
    38: "MXFP4",
}
"""``general.file_type`` (``llama.h``, ``llama_ftype``)."""


class NotGguf(ValueError):
    """The file is no GGUF, or cut off in its head; ``str()`` says so."""


def read_metadata(path: Path) -> dict[str, Any]:
    """The key-value pairs, without long arrays.

    Blocking, up to some 0.2 s for a large vocabulary. Raises ``NotGguf`` and
    ``OSError``.
    """
    with open_file(path) as file:
        if file.read(4) != b"GGUF":
            raise NotGguf(f"{path} is not a GGUF file")
        try:
            return _pairs(file)
        except (struct.error, ValueError, RecursionError) as error:
            raise NotGguf(f"{path} is damaged or cut off") from error


def _pairs(file: BinaryIO) -> dict[str, Any]:
    (version,) = _unpack(file, "I")
    if not 2 <= version <= 9:
        raise struct.error("unknown version")
    _tensors, count = _unpack(file, "QQ")
    if count > 100_000:
        raise struct.error("too many pairs")
    found: dict[str, Any] = {}
    for _ in range(count):
        key = _string(file)
        (kind,) = _unpack(file, "I")
        value = _value(file, kind)
        if value is not None:
            found[key] = value
    return found


def _value(file: BinaryIO, kind: int) -> Any:
    """One value; None for an array that is too long to be of interest."""
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        return _unpack(file, _plain(kind))[0]
    inner, count = _unpack(file, "IQ")
    if count <= _SHORT_ARRAY:
        return [_value(file, inner) for _ in range(count)]
    if inner == _STRING:
        for _ in range(count):
            file.seek(_length(file), 1)
    else:
        file.seek(struct.calcsize(_plain(inner)) * count, 1)
    return None


def _plain(kind: int) -> str:
    if kind not in _PLAIN:
        raise struct.error("unknown type of value")
    return _PLAIN[kind]


def _string(file: BinaryIO) -> str:
    length = _length(file)
    data = file.read(length)
    if len(data) != length:
        raise struct.error("cut off")
    return data.decode("utf-8", "replace")


def _length(file: BinaryIO) -> int:
    length: int
    (length,) = _unpack(file, "Q")
    if length > _LONGEST:
        raise struct.error("a string too long to be one")
    return length


def _unpack(file: BinaryIO, form: str) -> tuple[Any, ...]:
    form = "<" + form
    return struct.unpack(form, file.read(struct.calcsize(form)))


def context_length(info: Mapping[str, Any]) -> int:
    """Tokens the model was trained for, 0 if it doesn't say."""
    found = info.get(f"{info.get('general.architecture')}.context_length", 0)
    return found if isinstance(found, int) and found > 0 else 0


def text(info: Mapping[str, Any], key: str) -> str:
    """A value that should be text; "" if it is none."""
    found = info.get(key, "")
    return found if isinstance(found, str) else ""


def template(info: Mapping[str, Any]) -> str:
    """The chat template, in Jinja."""
    return text(info, "tokenizer.chat_template")


def quantisation(info: Mapping[str, Any]) -> str:
    """How the weights are stored: ``Q4_1``; "" if it is an uncommon way."""
    found = info.get("general.file_type")
    return _QUANTISATIONS.get(found, "") if isinstance(found, int) else ""


def parameters(info: Mapping[str, Any]) -> str:
    """How many parameters the model has, as Ollama words it.

    >>> parameters({"general.parameter_count": 134515008})
    '134.52M'
    >>> parameters({"general.size_label": "8x7B"}), parameters({})
    ('8x7B', '')
    """
    count = info.get("general.parameter_count")
    if not isinstance(count, int) or isinstance(count, bool) or count <= 0:
        return text(info, "general.size_label")
    for unit, size, digits in (("B", 10**9, 1), ("M", 10**6, 2), ("K", 1000, 0)):
        if count >= size:
            return f"{count / size:.{digits}f}{unit}"
    return str(count)


def capabilities(info: Mapping[str, Any]) -> frozenset[str]:
    """What weights and template let the model do (Ollama's ``server/images.go``)."""
    architecture = text(info, "general.architecture")
    if f"{architecture}.pooling_type" in info:
        return frozenset({"embedding"})
    found = {"completion", *jinja_capabilities(template(info))}
    found |= {
        kind
        for kind in ("vision", "audio")
        if f"{architecture}.{kind}.block_count" in info
    }
    return frozenset(found)


def jinja_capabilities(jinja: str) -> frozenset[str]:
    """What a chat template in Jinja knows: ``tools``, ``thinking``."""
    found = set()
    if "tools" in jinja or "tool_call" in jinja:
        found.add("tools")
    if "<think>" in jinja or "enable_thinking" in jinja or "reasoning_effort" in jinja:
        found.add("thinking")
    return frozenset(found)
