"""Texts that try to act on the terminal, each with a mark that must be seen.

A payload ``h07`` + sequence + ``;`` is shown safely if ``h07`` is on the screen
and the sequence is not in what was sent to the terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

SEQUENCES: Mapping[str, str] = {
    # what a terminal obeys, begun by ESC
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "link": "\x1b]8;;http://evil.test\x1b\\",
    "title": "\x1b]0;evil\x07",
    "palette": "\x1b]4;1;#123456\x1b\\",
    "device control": "\x1bP$q\x1b\\",
    "application command": "\x1b_Gevil\x1b\\",
    "privacy message": "\x1b^evil\x1b\\",
    "start of string": "\x1bXevil\x1b\\",
    "clear": "\x1b[2J",
    "move": "\x1b[7;77H",
    "up": "\x1b[9A",
    "main screen": "\x1b[?47l",
    "mouse": "\x1b[?9h",
    "colour": "\x1b[38;5;199;7m",
    "report": "\x1b[6n",
    "print": "\x1b[5i",
    "resize": "\x1b[8;1;1t",
    "reset": "\x1bc",
    "alignment": "\x1b#8",
    "character set": "\x1b(0",
    "alone": "\x1b",
    # the same as single characters of eight bits
    "C1 sequence": "\x9b2J",
    "C1 clipboard": "\x9d52;c;ZXZpbA==\x9c",
    "C1 device control": "\x90$q\x9c",
    "C1": "".join(map(chr, range(0x80, 0xA0))),
    # controls
    "NUL to BS": "".join(map(chr, range(0x09))),
    "VT FF": "\x0b\x0c",
    "SO to SUB": "".join(map(chr, range(0x0E, 0x1B))),
    "FS to US DEL": "".join(map(chr, range(0x1C, 0x20))) + "\x7f",
    "CR": "\rover",
    # what hides or reorders
    "embedding": "\u202egnp.exe\u202c\u202a\u202b\u202d",
    "isolates": "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c",
    "tags": "\U000e0001\U000e0065\U000e0076\U000e007f",
    "invisible": "\ufeff\u200b\u2060\u00ad\u180e\ufff9",
    "separators": "a\u2028b\u2029c\x85d",
    "lone surrogates": "\ud800x\udc9b\udfff",
    # what Textual reads as markup
    "action": "[@click=app.quit]x[/]",
    "wrong close": "[/nope]",
    "bold": "[b]",
    "open": "[link='x",
}

PAYLOADS: Mapping[str, str] = {
    f"h{number:02}": f"h{number:02}{sequence};"
    for number, sequence in enumerate(SEQUENCES.values(), 1)
}
"""By their marks, which come first so that they are seen where a place is narrow."""

SHORT = "hXX\x1b]0;e\x07\x9b2J\u202e\x1b[9A[/no]"
"""Some of the worst in the width of a button."""


MARKS = (
    *("hHead", "hItem", "hQuote", "hCell", "hLang", "hCode", "hPyth"),
    *("hLink", "hHtml", "hMath", "hEnd"),
)
"""Marks of the constructs in ``document``."""


def document() -> str:
    """Markdown with every payload in it, and the worst in every construct."""
    head, item, quote, cell, lang, code, pyth, link, html, math, end = (
        SHORT.replace("hXX", mark) for mark in MARKS
    )
    parts = [
        "\n\n".join(PAYLOADS.values()),
        f"# {head}",
        f"- {item}\n  1. `{SHORT}`\n- [ ] {SHORT}",
        f"> {quote}",
        f"| {cell} | b |\n|---|---|\n| {SHORT} | **{SHORT}** |",
        f"```{lang}\n# {SHORT}\n{code}\n```",
        f'```python\n"""{pyth}\n"""  # {SHORT}\n```',
        f"[{link}](https://evil.test/\x1b]0;x\x07 '{SHORT}')",
        "[x](javascript:alert) <https://evil.test/\x9b2J> ![x\x1b[2J](x.png)",
        f"<div>{html}</div>",
        f"&#27;]0;x&#7; &#x9b;2J \\{SHORT}",
        f"$${math}$$",
        f"<think>{SHORT}</think>",
        end,
    ]
    return "\n\n".join(parts)


def body(*objects: Any) -> str:
    """Objects as lines of ASCII JSON: surrogates and controls as escapes."""
    return "".join(json.dumps(item) + "\n" for item in objects)


def chat(text: str, thinking: str = "", size: int = 3) -> str:
    """An answer of ``/api/chat`` or ``generate``, in pieces of ``size`` characters."""

    def lines(key: str, whole: str) -> Iterable[Any]:
        for at in range(0, len(whole), size):
            piece = whole[at : at + size]
            yield {"message": {"content": "", key: piece}, "done": False} | (
                {"thinking": piece} if key == "thinking" else {"response": piece}
            )

    return body(
        *lines("thinking", thinking),
        *lines("content", text),
        {"message": {}, "response": "", "done": True, "done_reason": "stop"},
    )


def saved_session(number: int, title: str, *texts: str) -> tuple[str, str]:
    """Id and content of a session file, prompts and answers in turn."""
    name = f"20260101T0000{number:02}000-{number:016x}"
    messages = [
        {
            "id": f"{name}-{at}",
            "parent": f"{name}-{at - 1}" if at else None,
            "role": "assistant" if at % 2 else "user",
            "text": text,
            "thinking": SHORT if at % 2 else "",
            "tool_calls": [{"name": f"hTool{SHORT}"}] if at == 3 else [],
            "attachments": [{"name": f"hPlus{SHORT}"}] if at == 2 else [],
            "created": "2026-01-01T00:00:00.000000Z",
            "status": "failed" if at == 3 else "complete",
            "error": SHORT if at == 3 else "",
            "request": {"model": SHORT} if at % 2 else None,
        }
        for at, text in enumerate(texts)
    ]
    session = {
        "version": 1,
        "id": name,
        "created": "2026-01-01T00:00:00.000000Z",
        "updated": f"2026-01-01T00:00:{number:02}.000000Z",
        "title": title,
        "title_by": "user",
        "head": messages[-1]["id"] if messages else None,
        "model": SHORT,
        "system": "\n".join(PAYLOADS.values()),
        "messages": messages,
    }
    return name, json.dumps(session)
