"""Small models that are worth fetching, and which of them a machine can carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Fit = Literal["good", "slow", "too large", ""]
"""How a model and a machine go together; "" where it cannot be said."""


class Suggestion(NamedTuple):
    """A model to fetch."""

    name: str
    size: int = 0
    """Bytes to fetch, 0 where it is not known."""
    about: str = ""
    """What it is good for, in a few words."""


SUGGESTED = (
    Suggestion("qwen2.5:0.5b", 398_000_000, "quick, for short answers"),
    Suggestion("qwen3:0.6b", 523_000_000, "thinks before it answers"),
    Suggestion("llama3.2:1b", 1_300_000_000, "chats well for its size"),
    Suggestion("qwen3:1.7b", 1_400_000_000, "thinks, uses tools"),
    Suggestion("llama3.2:3b", 2_000_000_000, "an all-rounder"),
    Suggestion("qwen3:4b", 2_500_000_000, "the most able of these; thinks"),
    Suggestion(
        "hf.co/ggml-org/gemma-3-4b-it-GGUF:Q4_K_M", 3_300_000_000, "looks at images"
    ),
)
"""By size. Sizes are those of the registries, which change little; all of them load
in llama.cpp, which not every model of Ollama's library does."""

_KNOWN = {suggestion.name: suggestion for suggestion in SUGGESTED}

_WORKING = 600_000_000
"""Bytes that a model takes beside its weights: a context of some thousand tokens."""
_PACE = 700_000_000
"""Bytes of weights that one core reads as fast as people do."""


def suggestions(names: Iterable[str]) -> tuple[Suggestion, ...]:
    """The models of these names, with what is known of them; ours if there are none.

    >>> [found.size for found in suggestions(["qwen3:0.6b", "my/model"])]
    [523000000, 0]
    """
    return tuple(_KNOWN.get(name, Suggestion(name)) for name in names) or SUGGESTED


def fit(size: int, memory: int, cores: int) -> Fit:
    """Whether a machine with so many bytes of memory and cores runs a model well.

    >>> GB = 10**9
    >>> [fit(size * GB, 8 * GB, 4) for size in (1, 4, 9)]
    ['good', 'slow', 'too large']
    >>> fit(3 * GB, 32 * GB, 2), fit(3 * GB, 32 * GB, 8), fit(0, 8 * GB, 4)
    ('slow', 'good', '')
    """
    if not size or not memory:
        return ""
    needed = size + size // 10 + _WORKING
    if needed > memory:
        return "too large"
    tight = needed > memory * 2 // 3
    return "slow" if tight or (cores and size > cores * _PACE) else "good"


def best(found: Sequence[Suggestion], memory: int, cores: int) -> Suggestion | None:
    """The one to begin with: the largest that runs well, else the smallest.

    >>> best(SUGGESTED, 4 * 10**9, 2).name, best(SUGGESTED, 64 * 10**9, 16).name[:5]
    ('qwen3:1.7b', 'hf.co')
    >>> best(SUGGESTED, 10**9, 1).name, best((), 0, 0)
    ('qwen2.5:0.5b', None)
    """
    good = [one for one in found if fit(one.size, memory, cores) == "good"]
    if good:
        return max(good, key=lambda one: one.size)
    return min(found, key=lambda one: one.size or memory, default=None)
