"""What is asked of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from llmtui.chat.events import ToolCall
from llmtui.chat.options import OptionError
from llmtui.chat.think_levels import THINK_LEVELS, THINK_SPOKEN

Think = bool | Literal["low", "medium", "high", "max"] | None
"""Off, on, a level; None leaves it to the server (*on* for a thinking model)."""

Format = Literal["json"] | Mapping[str, Any] | None
"""Free (None), any JSON, or a JSON schema."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as a server sees it."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    images: tuple[bytes, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_name: str = ""
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A conversation to be answered. A system prompt is the first turn."""

    model: str
    turns: tuple[Turn, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    """Seconds the model stays in memory; negative: for ever, None: up to the server."""
    tools: tuple[Mapping[str, Any], ...] = ()
    truncate: bool = True
    """Whether the oldest turns may be left out where not all fit into the context."""


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """One prompt to be answered, without memory."""

    model: str
    prompt: str
    system: str | None = None
    images: tuple[bytes, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    raw: bool = False
    """The prompt goes to the model as it is, without the template."""
    truncate: bool = True
    """Whether its middle may be left out where not all of it fits into the context."""


def parse_think(text: str) -> Think:
    """Read a think switch: ``on``, ``off`` or a level; raises ``OptionError``.

    >>> parse_think("off"), parse_think("high")
    (False, 'high')
    """
    word = text.strip().lower()
    if word in ("on", "true", "yes", "1"):
        return True
    if word in ("off", "false", "no", "0"):
        return False
    if word in ("", "default", "auto"):
        return None
    for level in THINK_LEVELS:
        if word == level:
            return level  # type: ignore[return-value]
    raise OptionError(f"think is {THINK_SPOKEN}, not {text!r}")


_UNITS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}


def parse_keep_alive(text: str) -> float:
    """Seconds that a model stays in memory: a number, or a span as Go writes it.

    Negative means for ever. Raises ``OptionError``. Ollama itself refuses a
    text without a unit, so numbers are what is sent.

    >>> parse_keep_alive("5m"), parse_keep_alive("1h30m"), parse_keep_alive("-1")
    (300.0, 5400.0, -1.0)
    >>> parse_keep_alive("0"), parse_keep_alive("1.5s"), parse_keep_alive("90")
    (0.0, 1.5, 90.0)
    >>> parse_keep_alive("soon")
    Traceback (most recent call last):
    llmtui.chat.options.OptionError: keep-alive is seconds or a span like 5m, not 'soon'
    """
    import re

    word = text.strip().lower()
    sign = -1.0 if word.startswith("-") else 1.0
    body = word.removeprefix("-")
    if re.fullmatch(r"\d{1,10}(\.\d+)?", body):
        return sign * float(body)
    part = r"(\d{1,10}(?:\.\d+)?)(ns|us|µs|ms|s|m|h)"
    if re.fullmatch(f"(?:{part})+", body):
        return sign * sum(float(n) * _UNITS[unit] for n, unit in re.findall(part, body))
    raise OptionError(f"keep-alive is seconds or a span like 5m, not {text!r}")


def keep_alive_text(seconds: float) -> str:
    """A time to stay in memory as ``parse_keep_alive`` reads it.

    >>> keep_alive_text(300), keep_alive_text(5400), keep_alive_text(-1)
    ('5m', '90m', '-1')
    >>> keep_alive_text(0), keep_alive_text(1.5), keep_alive_text(7200)
    ('0', '1.5s', '2h')
    """
    if seconds <= 0:
        return "-1" if seconds else "0"
    for unit in "hm":
        if seconds % _UNITS[unit] == 0:
            return f"{seconds / _UNITS[unit]:.0f}{unit}"
    return f"{seconds:f}".rstrip("0").rstrip(".") + "s"


def think_word(think: Think) -> str:
    """The think switch as ``parse_think`` reads it.

    >>> think_word(None), think_word(False), think_word("high")
    ('default', 'off', 'high')
    """
    if think is None:
        return "default"
    return think if isinstance(think, str) else ("on" if think else "off")
