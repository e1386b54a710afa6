"""What a reply cost, as Ollama counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from llmtui.chat.lenient import as_whole, known_whole
from llmtui.human import count, duration, rate

_MEASURABLE = 100_000
"""Nanoseconds below which no model has written two tokens."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts and integer nanoseconds of one reply; 0 where the server said nothing.

    The first six and ``prompt_eval_cached_count`` are fields of Ollama's last line
    (``types.Metrics``); the others were measured or learnt by this program.
    """

    total_duration: int = 0
    load_duration: int = 0
    prompt_eval_count: int = 0
    """Tokens of the prompt, those in the server's cache included."""
    prompt_eval_duration: int = 0
    """Time for the part of the prompt that was not cached."""
    eval_count: int = 0
    """Tokens written, thinking included."""
    eval_duration: int = 0
    first_token_duration: int = 0
    """From sending the request to the first token, measured by this program."""
    thinking_duration: int = 0
    """From the first thought to the answer, measured by this program."""
    context_length: int = 0
    """Tokens that the server keeps of the conversation, as it told meanwhile."""
    prompt_eval_cached_count: int | None = None
    """Tokens of the prompt that the server had in its cache, None where it does not
    tell: that is not 0, which a server says after it has read all of it anew."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a newer version, kept as they are in a session's file."""

    @property
    def rate(self) -> float | None:
        """Tokens written per second, None where there is no telling.

        An empty reply has one token, its end, that takes no time to speak of.
        """
        if self.eval_count < 2 or self.eval_duration < _MEASURABLE:
            return None
        return self.eval_count / self.eval_duration * 1e9

    @property
    def context_used(self) -> int:
        """Tokens of context after this reply, about."""
        return self.prompt_eval_count + self.eval_count

    @property
    def queued_duration(self) -> int:
        """Time spent behind other requests, which Ollama reports in no field."""
        known = self.load_duration + self.prompt_eval_duration + self.eval_duration
        return max(0, self.total_duration - known) if self.total_duration else 0

    def to_json(self) -> dict[str, int]:
        """The fields that say something, without ``extra``."""
        found = {name: value for name in _COUNTS if (value := getattr(self, name))}
        if self.prompt_eval_cached_count is not None:
            found[_CACHED] = self.prompt_eval_cached_count
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Usage:
        """Read leniently: unknown fields are ignored, wrong types count as 0."""
        counts: dict[str, Any] = {n: as_whole(data.get(n, 0)) for n in _COUNTS}
        return cls(**counts, prompt_eval_cached_count=known_whole(data.get(_CACHED)))


_CACHED = "prompt_eval_cached_count"
_COUNTS = tuple(f.name for f in fields(Usage) if f.name not in ("extra", _CACHED))


AT_ONCE = 50_000_000
"""Nanoseconds under which the time to the first token isn't worth a word."""


def usage_words(usage: Usage | None, dot: str = "·") -> str:
    """What a reply cost: tokens, rate, time to the first one; "" if unknown.

    >>> usage_words(Usage(eval_count=31, eval_duration=650_000_000))
    '31 tokens · 48/s'
    """
    if usage is None or not usage.eval_count:
        return ""
    parts = [f"{count(usage.eval_count)} token{'s' if usage.eval_count > 1 else ''}"]
    if usage.rate is not None:
        parts.append(rate(usage.rate))
    if usage.first_token_duration >= AT_ONCE:
        parts.append(f"first after {duration(usage.first_token_duration / 1e9)}")
    return f" {dot} ".join(parts)


def all_usage_words(usage: Usage | None, dot: str = "·") -> str:
    """All of it, as ``ollama run --verbose`` does; "" if unknown.

    >>> all_usage_words(  # doctest: +ELLIPSIS
    ...     Usage(2_000_000_000, 300_000_000, 38, 200_000_000, 31, 650_000_000)
    ... )
    '31 tokens · 48/s · prompt 38 tokens · 190/s · load 0.3 s · queue 0.8 s · ...'
    """
    if usage is None or not (known := usage_words(usage, dot)):
        return ""
    parts = [known]
    if usage.prompt_eval_count:
        parts.append(f"prompt {count(usage.prompt_eval_count)} tokens")
        read = usage.prompt_eval_count - (usage.prompt_eval_cached_count or 0)
        if read > 0 and usage.prompt_eval_duration >= _MEASURABLE:
            parts.append(rate(read / usage.prompt_eval_duration * 1e9))
    if usage.prompt_eval_cached_count:
        parts.append(f"{count(usage.prompt_eval_cached_count)} of them cached")
    for name, nanoseconds in (
        ("load", usage.load_duration),
        ("queue", usage.queued_duration),
        ("thinking", usage.thinking_duration),
        ("total", usage.total_duration),
    ):
        if nanoseconds >= AT_ONCE:
            parts.append(f"{name} {duration(nanoseconds / 1e9)}")
    return f" {dot} ".join(parts)
