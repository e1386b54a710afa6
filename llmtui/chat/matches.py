"""Where in a conversation the words of a search are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from llmtui.chat.message import Message
from llmtui.chat.query import Query
from llmtui.sanitise import clean


class Match(NamedTuple):
    """One place where a word is."""

    message: str
    """Its id."""
    part: Literal["thinking", "text"]
    at: int
    """Where it begins in this part, as it is when it was cleaned."""
    down: float = 0.0
    """How far down the text it is, from 0 to 1."""


def matches(messages: Iterable[Message], query: Query) -> Iterator[Match]:
    """All places, from the top; of a message its thinking comes first.

    >>> said = Message("a", None, "user", "red, green, red", "")
    >>> from llmtui.chat.query import parse_query
    >>> [(m.at, m.down) for m in matches([said], parse_query("red"))]
    [(0, 0.0), (12, 0.8)]
    """
    for message in messages:
        for part, text in (("thinking", message.thinking), ("text", message.text)):
            if text and (spans := query.spans(text := clean(text))):
                for start, _ in spans:
                    down = start / len(text) if part == "text" else 0.0
                    yield Match(message.id, part, start, down)  # type: ignore[arg-type]
