"""Our own files: one session, or an array of them.

A plain ``{"messages": [{"role", "content"}]}``, as scripts write it, is one too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from llmtui.chat.session import Session
from llmtui.store.codec.sessions import fields_of, session_from
from llmtui.store.errors import Unreadable
from llmtui.store.file_format import chunks, encode, entry_of, split
from llmtui.store.formats.building import NoConversation, stable_id
from llmtui.store.names import is_session_id
from llmtui.store.upgrades import VERSION

KIND = "llmtui"


def fits(data: Mapping[str, Any]) -> bool:
    """Whether this is a session of ours."""
    return isinstance(data.get("messages"), list)


def read(data: Mapping[str, Any]) -> Session:
    """One session; raises ``NoConversation``."""
    raw = encode(data)
    try:
        fields, entries = split(raw)
    except Unreadable as error:
        raise NoConversation(str(error)) from error
    if fields.get("version", 0) > VERSION:
        raise NoConversation("a newer llmtui wrote it")
    if not entries:
        raise NoConversation("it has no messages")
    session_id = data.get("id")
    if not isinstance(session_id, str) or not _usable(session_id):
        session_id = stable_id(str(fields.get("created", "")), KIND, raw)
    return session_from(fields, session_id, [e.message for e in entries.values()])


def _usable(session_id: str) -> bool:
    """Whether a file may be called so everywhere."""
    return (
        is_session_id(session_id)
        and re.fullmatch(r"[\w.-]{1,200}", session_id) is not None
    )


def document(sessions: Iterable[Session]) -> Iterator[str]:
    """The file of one session, or an array of several."""
    files = map(_file, sessions)
    first, second = next(files, ""), next(files, "")
    if first and not second:
        yield first
        return
    yield "[\n" + first.rstrip()
    for other in chain([second], files) if second else ():
        yield ",\n" + other.rstrip()
    yield "\n]\n"


def _file(session: Session) -> str:
    entries = map(entry_of, session.messages.values())
    return b"".join(chunks(fields_of(session), entries)).decode("utf-8", "replace")
