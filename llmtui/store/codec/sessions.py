"""The fields of a session as JSON, the format that people write scripts over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.store.codec.fields import Fields, is_bool, is_number, is_text
from llmtui.store.upgrades import VERSION

_TITLE_BY = ("prompt", "user", "model")


def fields_of(session: Session) -> dict[str, Any]:
    """The session as JSON, without its messages; unknown fields among them."""
    found = {
        "version": VERSION,
        "id": session.id,
        "created": session.created,
        "updated": session.updated,
        "title": session.title,
        "title_by": session.title_by,
        "pinned": session.pinned,
        "head": session.head,
        "model": session.model,
        "host": session.host,
        "system": session.system,
        "options": dict(session.options),
        "think": session.think,
        "format": session.format,
        "keep_alive": session.keep_alive,
        "truncate": session.truncate,
        "removed": list(session.removed),
    }
    if session.tags:
        found["tags"] = list(session.tags)
    if session.source:
        found["source"] = dict(session.source)
    for name, value in session.extra.items():
        if not found.get(name) or found[name] == "prompt":
            found[name] = value
    return found


def session_from(
    data: Mapping[str, Any], session_id: str, messages: Iterable[Message] = ()
) -> Session:
    """A session from its own fields; the file's name is its id."""
    fields = Fields(data)
    for name in ("version", "id", "messages"):
        fields.rest.pop(name, None)
    return Session(
        id=session_id,
        created=fields.text("created"),
        updated=fields.text("updated"),
        title=fields.text("title"),
        title_by=fields.take("title_by", lambda v: v in _TITLE_BY, "prompt"),
        pinned=fields.take("pinned", is_bool, False),
        head=fields.text_or_none("head"),
        model=fields.text("model"),
        host=fields.text("host"),
        system=fields.text_or_none("system"),
        options=fields.mapping("options"),
        think=fields.think(),
        format=fields.format(),
        keep_alive=fields.take("keep_alive", is_number, None),
        truncate=fields.take("truncate", is_bool, True),
        removed=fields.sequence("removed", is_text),
        tags=fields.sequence("tags", is_text),
        source=fields.mapping("source"),
        messages={message.id: message for message in messages},
        extra=fields.rest,
    )


def put_fields(session: Session, data: Mapping[str, Any]) -> None:
    """Give a session other fields of its own. Id, head and messages stay."""
    new = session_from(data, session.id)
    for name in _OWN:
        setattr(session, name, getattr(new, name))


_OWN = (
    "updated",
    "title",
    "title_by",
    "pinned",
    "model",
    "host",
    "system",
    "options",
    "think",
    "format",
    "keep_alive",
    "truncate",
    "removed",
    "tags",
    "source",
    "extra",
)
