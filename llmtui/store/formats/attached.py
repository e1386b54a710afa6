"""What is attached to messages, in a file of ours that travels.

An attachment in it has its content too, as ``base64``, each once in a session.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from llmtui.chat.message import Attachment
from llmtui.chat.session import Session
from llmtui.store.blobs import Blobs

_CONTENT = "base64"


def with_contents(session: Session, blobs: Blobs) -> Session:
    """A copy of a session that has what is attached in it, as far as it is there."""
    known: set[str] = set()

    def packed(attachment: Attachment) -> Attachment:
        digest = attachment.sha256
        with suppress(OSError):
            if digest not in known:
                data = base64.b64encode(blobs.get(digest)).decode()
                known.add(digest)
                return replace(attachment, extra={**attachment.extra, _CONTENT: data})
        return attachment

    return _with(session, packed)


def take_contents(session: Session, blobs: Blobs) -> Session:
    """A copy of a session that was read, whose contents are kept here now.

    They go by what they are and not by what the file says. Raises ``SaveError``.
    """

    def unpacked(attachment: Attachment) -> Attachment:
        data = attachment.extra.get(_CONTENT)
        if not isinstance(data, str):
            return attachment
        extra = {n: value for n, value in attachment.extra.items() if n != _CONTENT}
        try:
            content = base64.b64decode(data, validate=True)
        except binascii.Error:
            return replace(attachment, extra=extra)
        digest = blobs.put(content)
        return replace(attachment, sha256=digest, size=len(content), extra=extra)

    return _with(session, unpacked)


def _with(session: Session, change: Callable[[Attachment], Attachment]) -> Session:
    changed = {
        message.id: replace(message, attachments=tuple(map(change, attached)))
        for message in session.messages.values()
        if (attached := message.attachments)
    }
    return replace(session, messages={**session.messages, **changed})
