"""Journals that a dead program left: read, and folded into their session."""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_texts
from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.files.lock import is_held
from llmtui.files.reading import read_file
from llmtui.store.codec.messages import message_from, message_to
from llmtui.store.codec.sessions import fields_of, put_fields
from llmtui.store.errors import Unreadable
from llmtui.store.file_format import decode
from llmtui.store.names import journal_of

CUT = "the program ended before the reply did"


class Left(NamedTuple):
    """What a journal holds."""

    version: int
    fields: dict[str, Any]
    """The session's own fields when the reply began."""
    changed: tuple[str, ...]
    """Which of them the window had changed since it last read the file."""
    new: bool
    """Whether the session had no file yet."""
    prompt: Message | None
    reply: Message
    torn: bool
    """Whether there is a line that cannot be read."""


def opening(
    fields: dict[str, Any],
    changed: list[str],
    prompt: Message | None,
    reply: Message,
    *,
    new: bool,
) -> dict[str, Any]:
    """The first line of a journal."""
    return {
        "version": fields["version"],
        "session": fields,
        "changed": changed,
        "new": new,
        "prompt": None if prompt is None else message_to(prompt),
        "reply": message_to(reply),
    }


def read_journal(data: bytes) -> Left:
    """What a journal says, up to where it was cut.

    Lines that are torn are passed over, but for what the last one had come to.
    Raises ``Unreadable`` if the first one is.
    """
    first, _, rest = data.partition(b"\n")
    start = decode(first)
    if not isinstance(start, dict) or not isinstance(start.get("session"), dict):
        raise Unreadable("it is no journal")
    stub = message_from(start.get("reply"))
    prompt = start.get("prompt")
    body, end, torn = _said(rest, stub)
    if end is None:
        came = body["text"] or body["thinking"] or body["tool_calls"]
        end = {"status": "incomplete" if came else "failed", "error": CUT}
    return Left(
        version=start["version"] if isinstance(start.get("version"), int) else 0,
        fields=start["session"],
        changed=tuple(as_texts(start.get("changed"))),
        new=bool(start.get("new")),
        prompt=None if prompt is None else message_from(prompt),
        reply=message_from({**body, **end}),
        torn=torn or not _OPENING.issubset(start),
    )


def _said(
    rest: bytes, stub: Message
) -> tuple[dict[str, Any], dict[str, Any] | None, bool]:
    """What the lines after the first say: the reply that has come, its end if it has
    one, and whether a line cannot be read."""
    texts, thoughts, calls = [stub.text], [stub.thinking], []
    end: dict[str, Any] | None = None
    torn = False
    *lines, last = rest.split(b"\n")
    for record in (*map(_record, lines), _cut_record(last)):
        if isinstance(text := record.get("t"), str):
            texts.append(text)
        elif isinstance(thought := record.get("k"), str):
            thoughts.append(thought)
        elif record.get("was") == "thinking":
            thoughts += texts
            texts.clear()
        elif isinstance(call := record.get("c"), dict):
            calls.append(call)
        elif isinstance(record.get("end"), dict):
            end = record["end"]
        else:
            torn = torn or record is not _NOTHING
    body = {
        **message_to(stub),
        "text": "".join(texts),
        "thinking": "".join(thoughts),
        "tool_calls": calls,
    }
    return body, end, torn


_OPENING = {"session", "changed", "new", "prompt", "reply"}
_NOTHING: dict[str, Any] = {}
"""An empty line says nothing, and nothing of it is lost."""


def _record(line: bytes) -> dict[str, Any]:
    if not line.strip():
        return _NOTHING
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _cut_record(line: bytes) -> dict[str, Any]:
    """What stands after the last line end: a text, up to where it was cut off."""
    whole = _record(line)
    if whole or whole is _NOTHING:
        return whole
    return _record(re.sub(rb"\\(u[0-9a-f]{0,3})?$", b"", line) + b'"}') or _NOTHING


def end_record(message: Message) -> dict[str, Any]:
    """What the last line of a journal says of a reply that ended."""
    said = {"text", "thinking", "tool_calls", "id", "parent", "role", "created"}
    return {k: v for k, v in message_to(message).items() if k not in said}


def fold(session: Session, left: Left) -> bool:
    """Put prompt and reply into their session; False if they are there already.

    Raises ``Unreadable`` where others are there by their names.
    """
    reply, prompt = left.reply, left.prompt
    for one in filter(None, (reply, prompt)):
        other = session.messages.get(one.id)
        if other and (other.role, other.parent) != (one.role, one.parent):
            raise Unreadable(f"another message in its session is called {one.id}")
    if reply.id in session.messages or reply.id in session.removed:
        return False
    if not left.new:
        # A session that had no file has one now: what that says is newer.
        wanted = set(left.changed) - {"updated", "removed"}
        changed = {n: v for n, v in left.fields.items() if n in wanted}
        put_fields(session, fields_of(session) | changed)
    if prompt is not None and prompt.id not in session.removed:
        session.messages.setdefault(prompt.id, prompt)
    session.messages[reply.id] = reply
    before = {reply.parent, prompt.parent if prompt else None, None}
    if session.head in before or session.updated <= reply.created:
        session.head = reply.id
    session.updated = max(session.updated, reply.created)
    return True


def of_session(folder: Path, session_id: str) -> list[Path]:
    """The journals of one session, oldest first."""
    return [path for path in journals(folder) if owner(path)[0] == session_id]


def living(paths: list[Path]) -> list[Left]:
    """What stands in those journals whose writers live. Never raises."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            if is_held(path):
                left = read_journal(read_file(path))
                if left.reply.error == CUT:
                    reply = replace(left.reply, status="streaming", error="")
                    left = left._replace(reply=reply)
                found.append(left)
    return found


def journals(folder: Path) -> list[Path]:
    """All journals, oldest first."""
    if not folder.is_dir():
        return []
    names = sorted(os.listdir(folder))
    return [folder / name for name in names if any(journal_of(name))]


def owner(path: Path) -> tuple[str, str]:
    """The ids of session and reply of a journal, from its name."""
    return journal_of(path.name)
