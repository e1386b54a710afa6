"""What is attached to messages: kept once, and found again whenever it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmtui.chat.attached import AttachmentGone
from llmtui.commands.keymap import shown

if TYPE_CHECKING:
    from llmtui.attachments.loaded import Loaded
    from llmtui.chat.message import Attachment
    from llmtui.store.session_store import SessionStore


class Attachments:
    """Those of all sessions. All methods read or write files: call them in a thread."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def keep(self, session_id: str, loaded: Iterable[Loaded]) -> tuple[Attachment, ...]:
        """Keep contents for a session, so that its messages can refer to them.

        Those of a session that is written nowhere are held in memory alone. Raises
        ``SaveError``.
        """
        blobs = self._store.blobs
        put = blobs.put if self._store.keeps(session_id) else blobs.hold
        return tuple(one.attachment(put(one.content)) for one in loaded)

    def content(self, attachment: Attachment) -> bytes:
        """What an attachment holds; raises ``AttachmentGone``."""
        try:
            return self._store.blobs.get(attachment.sha256)
        except OSError:
            folder, key = self._store.places.attachments, shown("exclude")
            raise AttachmentGone(
                f"{attachment.name}, which is attached, is no longer in {folder}. "
                f"Attach it anew, or leave its message out ({key} in the log)"
            ) from None
