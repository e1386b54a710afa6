"""Saved sessions of any size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ANSWER = (
    "Some **words** of an answer with `code` in it, and a sentence to follow.\n\n"
    "- one item\n- another item\n\n```python\nvalue = compute(item)\n```\n\n"
)


def last_mark(messages: int) -> str:
    """What only the last message of a session shows."""
    return f"zl{messages}lz"


def title_mark(messages: int) -> str:
    """What the title of a session shows."""
    return f"zt{messages}tz"


def save_session(home: Path, messages: int, padding: int = 0) -> str:
    """Write a session of so many messages as the program lays it out; its id.

    Each answer has about ``padding`` bytes more.
    """
    name = f"20260101T000000000Z-{messages:016x}"
    found = []
    parent = None
    for number in range(messages):
        asks = number % 2 == 0
        text = f"Question {number}?" if asks else _ANSWER + "word " * (padding // 5)
        if number == messages - 1:
            text += f"\n\n{last_mark(messages)}"
        found.append(_message(number, parent, "user" if asks else "assistant", text))
        parent = found[-1]["id"]
    session = {
        "version": 1,
        "id": name,
        "created": "2026-01-01T00:00:00.000000Z",
        "updated": "2026-01-01T00:00:00.000000Z",
        "title": title_mark(messages),
        "title_by": "user",
        "head": parent,
        "model": "smollm2:latest",
        "host": "",
    }
    file = home / "data" / "llmtui" / "sessions" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(map(json.dumps, found))
    body = f"[\n{lines}\n]" if lines else "[]"
    opening = json.dumps(session, separators=(",", ":")).removesuffix("}")
    file.write_text(f'{opening},"messages":{body}}}\n', encoding="utf-8")
    return name


def _message(number: int, parent: str | None, role: str, text: str) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": f"20260101T000000000Z-{number:08}",
        "parent": parent,
        "role": role,
        "text": text,
        "created": "2026-01-01T00:00:00.000000Z",
        "status": "complete",
    }
    if role == "assistant":
        message["usage"] = {"eval_count": 40, "eval_duration": 1_000_000_000}
        message["request"] = {"model": "smollm2:latest"}
    return message
