"""A model as it lies on this disk: its files, and what goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Source = Literal["builtin", "store", "ollama", "lmstudio", "huggingface", "file"]
"""Who put it there. All but ``builtin`` and ``store`` belong to others: read only."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What the engine needs to run a model. Empty where the model says nothing."""

    name: str
    """What it is called in lists and requests: ``qwen3:0.6b``."""
    weights: Path
    """The GGUF; of several parts the first."""
    projector: Path | None = None
    """The GGUF that makes images into tokens."""
    adapters: tuple[Path, ...] = ()
    """LoRA adapters in GGUF, applied in this order."""
    template: str = ""
    """The chat template as a manifest has it: in Go's language of templates."""
    chat_template: str = ""
    """The Jinja template to give to llama.cpp; "" for that of the weights."""
    system: str = ""
    """Goes first unless a request has a system message."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Ollama's options (``temperature``, ``stop``, …), below those of a request."""
    messages: tuple[Mapping[str, str], ...] = ()
    """``role`` and ``content``; they stand before every conversation."""
    license: str = ""
    digest: str = ""
    """Of the manifest: 64 hex digits, "" where there is none."""
    source: Source = "file"
    size: int = 0
    """Bytes of all its files."""
    modified: str = ""
    """RFC 3339."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """What the manifest's configuration says: ``model_type``, ``renderer``, …"""
