"""Sessions made from the conversations of other programs.

Ids are made from the source, so that an import that is repeated finds what it made
before: the time of the conversation or message, and a hash of what names it there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from llmtui.chat.events import ToolCall
from llmtui.chat.message import Message, Role, Sent
from llmtui.chat.session import Session, title_from
from llmtui.clock import moment, moment_stamp, stamp

NO_TIME = "2000-01-01T00:00:00.000000Z"
"""Stands in ids for the time of what has none."""


class NoConversation(ValueError):
    """What is read is no conversation; ``str()`` says why, without a subject."""


def stable_id(created: str, *source: object) -> str:
    """An id as ``new_id`` makes them, always the same for the same source.

    >>> stable_id("2026-01-02T03:04:05.678900Z", "chatgpt", "c1")
    '20260102T030405678-16777a3c04141880'
    """
    at = moment(created) or moment(NO_TIME)
    assert at is not None
    words = "\0".join(map(str, source)).encode("utf-8", "replace")
    digest = hashlib.sha256(words).hexdigest()[:16]
    return f"{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03d}-{digest}"


def time_of(value: object) -> str:
    """A time as JSON has it, RFC 3339: seconds since 1970 or ISO 8601; "" for none.

    >>> time_of(1_767_322_800.5), time_of("2026-01-02T04:00:00+01:00"), time_of(None)
    ('2026-01-02T03:00:00.500000Z', '2026-01-02T03:00:00.000000Z', '')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return moment_stamp(value)
    found = moment(value) if isinstance(value, str) else None
    return stamp(found) if found else ""


class Builder:
    """Collects the messages of one conversation, parents before those that follow."""

    def __init__(
        self, kind: str, source_id: object, *, title: str, created: str, model: str = ""
    ) -> None:
        """``kind`` is the name of the format, ``source_id`` what names it there."""
        self._source = (kind, source_id)
        self.session = Session(
            id=stable_id(created, kind, source_id),
            created=created,
            title=title,
            title_by="user" if title else "prompt",
            model=model,
            source={"format": kind, "id": str(source_id)},
        )

    def add(
        self,
        source_id: object,
        parent: str | None,
        role: Role,
        text: str,
        *,
        created: str = "",
        model: str = "",
        thinking: str = "",
        calls: Iterable[ToolCall] = (),
    ) -> str:
        """Add a message that is called ``source_id`` there; gives its id here.

        One without a time has that of the message it follows.
        """
        above = self.session.messages.get(parent) if parent else None
        created = created or (above.created if above else self.session.created)
        message = Message(
            id=stable_id(created or NO_TIME, *self._source, source_id),
            parent=parent,
            role=role,
            text=text,
            created=created,
            thinking=thinking,
            tool_calls=tuple(calls),
            request=Sent(model=model) if model and role == "assistant" else None,
        )
        self.session.add(message)
        return message.id

    def built(self, head: str | None = None, *, updated: str = "") -> Session:
        """The session; raises ``NoConversation`` if nothing was said in it."""
        session = self.session
        if not session.messages:
            raise NoConversation("it has no messages")
        times = [m.created for m in session.messages.values()]
        session.created = session.created or min(times)
        session.updated = max(updated, *times)
        if head in session.messages:
            session.head = head
        if not session.title:
            prompts = (m.text for m in session.path() if m.role == "user")
            session.title = title_from(next(prompts, ""))
        models = [m.model for m in session.path() if m.model]
        session.model = session.model or (models[-1] if models else "")
        return session
