"""How much memory a model takes, estimated before it is loaded.

The weights, a cache of keys and values for each token of context, and what
llama.cpp computes in. Too much rather than too little, by a tenth or so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_whole
from llmtui.human import size
from llmtui.providers.local.machine import Memory

KV_CACHES: Mapping[str, float] = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}
"""Kinds of cache, and the bytes that one number takes in each."""

_WORKING = 120_000_000
"""What llmtui's child and llama.cpp's buffers take for any model, about."""

_LADDER = (32768, 16384, 8192)
"""Tokens of context tried, from the largest on."""
LEAST = 4096
"""Tokens of context that a model gets in any case, if it knows so many."""


class Footprint(NamedTuple):
    """Bytes of memory."""

    weights: int
    cache: int
    """For keys and values: grows with the context."""

    @property
    def working(self) -> int:
        return _WORKING + self.weights // 20

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.working


def footprint(
    info: Mapping[str, Any], weights: int, context: int, kv_cache: str = "f16"
) -> Footprint:
    """What a model takes whose files have ``weights`` bytes.

    ``info`` is the metadata of the weights; ``context`` is in tokens.
    """
    numbers = _numbers_per_token(info)
    bytes_each = KV_CACHES.get(kv_cache, KV_CACHES["f16"])
    return Footprint(weights, int(numbers * bytes_each * context))


def _numbers_per_token(info: Mapping[str, Any]) -> int:
    """How many numbers the cache keeps of one token."""

    def value(name: str) -> Any:
        return info.get(f"{info.get('general.architecture')}.{name}")

    layers, heads = as_whole(value("block_count")), value("attention.head_count")
    if isinstance(heads, list):
        heads = max(map(as_whole, heads), default=0)
    heads = as_whole(heads)
    usual = as_whole(value("embedding_length")) // heads if heads else 0
    length = sum(
        as_whole(value(f"attention.{name}_length")) or usual
        for name in ("key", "value")
    )
    cached = value("attention.head_count_kv")
    if isinstance(cached, list):
        count = sum(map(as_whole, cached))
    else:
        count = (as_whole(cached) or heads) * layers
    if as_whole(value("attention.sliding_window")):
        # At least every second layer of such models keeps only a window.
        count //= 2
    return count * length


def usual_context(
    info: Mapping[str, Any], weights: int, trained: int, memory: Memory, kv_cache: str
) -> int:
    """Tokens of context for a model when nobody asked for a number.

    The most of what the model knows that leaves half of the free memory alone,
    and never less than ``LEAST``; where the memory is not known a small one.
    """
    for context in _LADDER:
        if trained and context > trained:
            continue
        needed = footprint(info, weights, context, kv_cache)
        if context == _LADDER[-1] and not memory.free:
            return context
        if needed.total <= memory.free // 2 and needed.cache <= memory.total // 8:
            return context
    return min(LEAST, trained) if trained else LEAST


def misfit(title: str, needed: Footprint, context: int, memory: Memory) -> str:
    """What is said of a load that cannot be: it needs more than there is at all.

    "" where it can. Weights are mapped from the file and may be pushed out
    again, so that less than enough *free* memory is slow and no more.

    >>> misfit("big", Footprint(6 * 10**9, 10**9), 4096, Memory(4 * 10**9))[:28]
    'big needs about 7.4 GB of me'
    >>> misfit("big", Footprint(6 * 10**9, 10**9), 4096, Memory())
    ''
    """
    if not memory.total or needed.total <= memory.total:
        return ""
    return (
        f"{title} needs about {size(needed.total)} of memory with a context of "
        f"{context} tokens, and this machine has {size(memory.total)}"
    )


def tight(needed: Footprint, memory: Memory) -> str:
    """What is said before a load that fits but badly; "" where there is room.

    >>> tight(Footprint(6 * 10**9, 10**9), Memory(16 * 10**9, 2 * 10**9))
    'it needs about 7.4 GB of memory and 2.0 GB are free, so it may be slow'
    """
    if not memory.free or needed.total <= memory.free:
        return ""
    return (
        f"it needs about {size(needed.total)} of memory and {size(memory.free)} are "
        "free, so it may be slow"
    )
