"""What a message says, for those who look for words in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_mapping, as_mappings, as_text


class Said(NamedTuple):
    """One text of a message."""

    part: str
    """``text``, ``thinking``, ``call`` or ``attachment``."""
    text: str


def texts_of(message: Mapping[str, Any]) -> Iterator[Said]:
    """All texts of a message as it is stored, whatever else stands in it."""
    for part in ("text", "thinking"):
        if text := as_text(message.get(part)):
            yield Said(part, text)
    for call in as_mappings(message.get("tool_calls")):
        yield Said("call", _call(call))
    for attachment in as_mappings(message.get("attachments")):
        if name := as_text(attachment.get("name")):
            yield Said("attachment", name)


def _call(call: Mapping[str, Any]) -> str:
    arguments = as_mapping(call.get("arguments"))
    lines = [f"{name}: {value}" for name, value in arguments.items()]
    return "\n".join([as_text(call.get("name")), *lines])
