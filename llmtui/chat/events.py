"""What comes out of a model, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llmtui.chat.usage import Usage


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer, to append."""

    delta: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """A piece of the model's thinking, to append."""

    delta: str


@dataclass(frozen=True, slots=True)
class WasThinking:
    """All text that has come so far was thinking: only now came the tag that ends it.

    Never from a provider: see ``llmtui.chat.thinking``.
    """


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asks for, whole."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True)
class Preparing:
    """What the provider does before it can answer: fetch weights, start a process.

    ``completed`` and ``total`` are bytes where something is fetched, else 0.
    """

    status: str
    completed: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer."""

    usage: Usage = field(default_factory=Usage)
    done_reason: str = "stop"
    """``stop``, ``length`` or what the server said."""
    model: str = ""
    """The model that answered, where the server says so."""


Event = Text | Thinking | WasThinking | ToolCall | Preparing | Finished


@dataclass(frozen=True, slots=True)
class PullProgress:
    """One line of a pull; sizes in bytes, ``digest`` empty where no bytes move."""

    status: str
    digest: str = ""
    total: int = 0
    completed: int = 0
