"""The text in the input, kept on disk as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.clock import new_id
from llmtui.store.drafts import NEW, Draft

if TYPE_CHECKING:
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

    def prompt_id(self, session: Session) -> str:
        """The id that the text in the input will have as a prompt."""
        return self._ids.setdefault(session.id, new_id())

    def load(self, session: Session) -> Draft:
        """What was left unsent in a session; nothing if it was sent after all.

        A new session gets what was left in the last new one, unless it is private.
        """
        if session.id in self._store.private:
            return self._private.get(session.id, Draft())
        draft = self._store.drafts.load(_name(session))
        if _name(session) == NEW:
            if draft.session and self._store.exists(draft.session):
                return Draft()
            self.keep(session, draft.text, pasted=draft.pasted)
        elif draft.id in session.messages or draft.id in session.removed:
            return Draft()
        elif draft.id:
            self._ids[session.id] = draft.id
        elif draft.text:
            self.keep(session, draft.text)
        return draft

    def keep(
        self, session: Session, text: str, taken: str = "", pasted: Spans = ()
    ) -> None:
        """Keep the text; "" forgets it. Never raises.

        ``taken`` is the id of a waiting prompt that moves into the text, ``pasted``
        says which passages of it are shown as marks.
        """
        draft = Draft(text, self.prompt_id(session), session.id, taken, pasted)
        if session.id in self._store.private:
            self._private[session.id] = draft
        elif self._store.keeps(session.id):
            self._store.drafts.save(_name(session), draft)

    def sent(self, session: Session, *, was_new: bool) -> None:
        """The text has become a prompt: what is typed next becomes another one."""
        self._ids.pop(session.id, None)
        if session.id in self._store.private:
            self._private.pop(session.id, None)
        else:
            self._store.drafts.save(NEW if was_new else session.id, Draft())


def _name(session: Session) -> str:
    return session.id if session.messages else NEW
