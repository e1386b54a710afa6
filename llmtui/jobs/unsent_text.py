"""The text in the input, and what is attached, kept on disk as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.clock import new_id
from llmtui.store.drafts import NEW, Draft

if TYPE_CHECKING:
    from llmtui.chat.message import Attachment
    from llmtui.chat.pasted import Spans
    from llmtui.chat.session import Session
    from llmtui.store.session_store import SessionStore


class UnsentText:
    """The drafts of sessions. A draft that was sent is never shown again."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._ids: dict[str, str] = {}
        self._private: dict[str, Draft] = {}
        """What stands unsent in private sessions."""
        self._attached: dict[str, tuple[Attachment, ...]] = {}

    def prompt_id(self, session: Session) -> str:
        """The id that the text in the input will have as a prompt."""
        return self._ids.setdefault(session.id, new_id())

    def attached(self, session: Session) -> tuple[Attachment, ...]:
        """What is attached to the text."""
        return self._attached.get(session.id, ())

    def attach(self, session: Session, attachments: tuple[Attachment, ...]) -> None:
        """Have these be attached to the text, and no others."""
        self._attached[session.id] = attachments

    def load(self, session: Session) -> Draft:
        """What was left unsent in a session; nothing if it was sent after all.

        A new session gets what was left in the last new one, unless it is private.
        Its id is not taken over: another window may have that text in its input still,
        and of two prompts with one id the first would be lost.
        """
        if session.id in self._store.private:
            return self._private.get(session.id, Draft())
        draft = self._store.drafts.load(_name(session))
        if _name(session) == NEW:
            if draft.session and self._store.exists(draft.session):
                return Draft()
            self._attached.setdefault(session.id, draft.attachments)
            self.keep(session, draft.text, pasted=draft.pasted)
            return draft
        if draft.id in session.messages or draft.id in session.removed:
            return Draft()
        self._attached.setdefault(session.id, draft.attachments)
        if draft.text and not draft.id:
            self.keep(session, draft.text)
        return draft

    def keep(
        self, session: Session, text: str, taken: str = "", pasted: Spans = ()
    ) -> None:
        """Keep the text; "" forgets it. Never raises.

        ``taken`` is the id of a waiting prompt that moves into the text, ``pasted``
        says which passages of it are shown as marks.
        """
        prompt_id, attached = self.prompt_id(session), self.attached(session)
        draft = Draft(text, prompt_id, session.id, taken, pasted, attached)
        if session.id in self._store.private:
            self._private[session.id] = draft
        elif self._store.keeps(session.id):
            self._store.drafts.save(_name(session), draft)

    def sent(self, session: Session, *, was_new: bool) -> None:
        """The text has become a prompt: what is typed next becomes another one."""
        self._ids.pop(session.id, None)
        self._attached.pop(session.id, None)
        if session.id in self._store.private:
            self._private.pop(session.id, None)
        else:
            self._store.drafts.save(NEW if was_new else session.id, Draft())


def _name(session: Session) -> str:
    return session.id if session.messages else NEW
