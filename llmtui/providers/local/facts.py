"""What lists say of weights, remembered: a head with a large vocabulary takes 0.1 s.

The file is derived, and safe to delete; an entry counts as long as its weights have
the inode, time and size that they had.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_mapping
from llmtui.files.disk import Stamp, make_folder
from llmtui.files.reading import read_file
from llmtui.files.writing import replace_file
from llmtui.providers.local import gguf

_VERSION = 2
_MOST = 2000
"""Entries that are kept."""


class Facts(NamedTuple):
    """Weights in short; empty where they say nothing."""

    family: str = ""
    parameters: str = ""
    quantisation: str = ""
    context_length: int = 0
    capabilities: frozenset[str] = frozenset()
    template: str = ""
    """The chat template, in Jinja."""
    is_model: bool = False
    """Whether it is a language model: not a projector, an adapter or a vocabulary."""
    only_ollama: bool = False
    """Whether its weights are in a form that only Ollama's own engine reads."""
    sizes: Mapping[str, Any] = MappingProxyType({})
    """The metadata that tells how much memory it takes."""


_SIZES = (
    "context_length",
    "block_count",
    "embedding_length",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    "attention.sliding_window",
)


def facts_of(info: Mapping[str, Any]) -> Facts:
    """The facts in the metadata of a GGUF."""
    family = gguf.text(info, "general.architecture")
    kind = gguf.text(info, "general.type")
    return Facts(
        family,
        gguf.parameters(info),
        gguf.quantisation(info),
        gguf.context_length(info),
        gguf.capabilities(info),
        gguf.template(info),
        kind in ("", "model") and family not in ("", "clip"),
        _is_only_ollamas(info, family),
        {
            key: info[key]
            for key in ("general.architecture", *(f"{family}.{x}" for x in _SIZES))
            if key in info
        },
    )


def _is_only_ollamas(info: Mapping[str, Any], family: str) -> bool:
    """Whether llmtui's engine cannot load what Ollama converted for its own.

    It keeps vision in the file of the language model, calls some families by names
    of its own, and leaves out what llama.cpp needs of Gemma 3 (llama.cpp#12367).
    """
    return (
        family in ("gptoss", "mllama", "qwen25vl")
        or (f"{family}.vision.block_count" in info and family != "clip")
        or (family == "gemma3" and f"{family}.{_EPSILON}" not in info)
    )


_EPSILON = "attention.layer_norm_rms_epsilon"


class FactsCache:
    """Facts by file. Everything blocks; no fault of the cache's own file is one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._entries: dict[str, Any] | None = None
        self._changed = False

    def read(self, weights: Path) -> Facts:
        """The facts of a file; raises ``NotGguf`` and ``OSError``."""
        entries = self._load()
        stamp = Stamp.of(weights.stat())
        known = as_mapping(entries.get(str(weights)))
        if known.get("stamp") == list(stamp) and (found := _read(known)):
            return found
        facts = facts_of(gguf.read_metadata(weights))
        written = facts._asdict() | {"capabilities": sorted(facts.capabilities)}
        entries[str(weights)] = {"stamp": list(stamp), "facts": written}
        self._changed = True
        return facts

    def save(self) -> None:
        """Keep what is new for the next start."""
        if not self._changed or self._entries is None:
            return
        self._changed = False
        kept = dict(list(self._entries.items())[-_MOST:])
        data = json.dumps({"version": _VERSION, "files": kept}).encode()
        with suppress(OSError):
            make_folder(self._file.parent)
            replace_file(self._file, (data,), durable=False)

    def _load(self) -> dict[str, Any]:
        if self._entries is None:
            found: object = None
            with suppress(OSError, ValueError, RecursionError):
                found = json.loads(read_file(self._file))
            data = as_mapping(found)
            files = as_mapping(data.get("files"))
            self._entries = dict(files) if data.get("version") == _VERSION else {}
        return self._entries


def _read(entry: Mapping[str, Any]) -> Facts | None:
    """The facts of an entry, None if they are not as we write them."""
    found = as_mapping(entry.get("facts"))
    try:
        facts = Facts(**{**found, "capabilities": frozenset(found["capabilities"])})
    except (TypeError, KeyError):
        return None
    expected = (str, str, str, int, frozenset, str, bool, bool, dict)
    return facts if tuple(map(type, facts)) == expected else None
