"""oterm's store: ``store.db``, a sqlite database with tables ``chat`` and ``message``.

Neither has times; which columns there are depends on the version that made it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llmtui.chat.lenient import as_text
from llmtui.chat.options import OptionError, checked_option
from llmtui.chat.session import Session
from llmtui.clock import moment_stamp
from llmtui.store.formats.building import Builder, NoConversation

KIND = "oterm"
MAGIC = b"SQLite format 3\0"
_PROMPT = ("me", "user")
"""Who wrote a prompt; all others are models (``ollama``, ``assistant``)."""


def read_all(path: Path) -> Iterator[tuple[str, Session | NoConversation]]:
    """The names of all chats, each with its session or why there is none.

    Raises ``NoConversation`` for another database.
    """
    try:
        # Nothing is written there, not even by sqlite itself.
        uri = path.resolve().as_uri() + "?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            database.row_factory = sqlite3.Row
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            used = moment_stamp(path.stat().st_mtime)
            for row in database.execute("SELECT * FROM chat ORDER BY id").fetchall():
                chat = dict(row)
                try:
                    yield as_text(chat.get("name")), _chat(database, chat, used)
                except NoConversation as error:
                    yield as_text(chat.get("name")), error
    except (sqlite3.Error, OSError) as error:
        raise NoConversation(f"it is no store of oterm's ({error})") from error


def _chat(database: sqlite3.Connection, chat: Mapping[str, Any], used: str) -> Session:
    rows = database.execute(
        "SELECT * FROM message WHERE chat_id = ? ORDER BY rowid", (chat["id"],)
    )
    messages = [dict(row) for row in rows]
    model = as_text(chat.get("model"))
    builder = Builder(
        KIND,
        # Numbers are not enough: every store of oterm's begins with 1.
        f"{chat['id']} {as_text(messages[0].get('text')) if messages else ''}",
        title=as_text(chat.get("name")),
        created="",
        model=model,
    )
    parent: str | None = None
    for number, one in enumerate(messages):
        prompt = as_text(one.get("author")).lower() in _PROMPT
        if text := _text(one):
            parent = builder.add(
                number, parent, "user" if prompt else "assistant", text, model=model
            )
    session = builder.built(parent, updated=used)
    session.system = as_text(chat.get("system")) or None
    session.options = _options(chat.get("parameters"))
    if chat.get("format") == "json":
        session.format = "json"
    return session


def _text(message: Mapping[str, Any]) -> str:
    images = message.get("images")
    marks = "\n[image]" if isinstance(images, str) and images not in ("", "[]") else ""
    return as_text(message.get("text")) + marks


def _options(parameters: object) -> dict[str, Any]:
    try:
        found = json.loads(parameters) if isinstance(parameters, str) else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    options = {}
    for name, value in found.items():
        with contextlib.suppress(OptionError):
            options[name] = checked_option(name, value)
    return options
