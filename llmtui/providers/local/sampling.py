"""How a model picks its words when nobody says how, and when it must stop.

Ollama's defaults < what the weights say < what the model's files say < what the
request says. llama.cpp's own defaults never count, so that a model answers here
as it does in Ollama.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmtui.chat.options import OPTIONS
from llmtui.providers.local import gguf
from llmtui.providers.local.model_files import ModelFiles

OLLAMA: Mapping[str, Any] = {
    name: OPTIONS[name].default
    for name in (
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "typical_p",
        "repeat_last_n",
        "repeat_penalty",
        "presence_penalty",
        "frequency_penalty",
    )
}
"""``DefaultOptions`` of Ollama, as far as they concern the choice of words."""

_IN_WEIGHTS = {
    "temp": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "penalty_last_n": "repeat_last_n",
    "penalty_repeat": "repeat_penalty",
}
"""``general.sampling.*`` of a GGUF (``llama.h``, ``llama_model_meta_key``)."""

LONGEST = 4096
"""Tokens of an answer when nobody set a limit."""
LONGEST_THOUGHT = 16384
"""The same for a model that thinks first, since thoughts count."""


def options_of(
    files: ModelFiles, info: Mapping[str, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """All options of a request: those that were ``asked`` for, and the model's.

    ``info`` is the metadata of the weights. A ``num_predict`` below 0 in
    ``asked`` is somebody's wish to have no limit, and stays.
    """
    thinks = "thinking" in gguf.capabilities(info)
    return {
        **OLLAMA,
        "num_predict": LONGEST_THOUGHT if thinks else LONGEST,
        **_of_weights(info),
        **files.parameters,
        **asked,
    }


def _of_weights(info: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for theirs, ours in _IN_WEIGHTS.items():
        value = info.get(f"general.sampling.{theirs}")
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[ours] = value
    return found
