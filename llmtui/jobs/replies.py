"""Sessions, and the replies that are written in them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from llmtui.chat.message import Message, Sent
from llmtui.chat.names import canonical
from llmtui.chat.prompt import Generation, Prompt, message_of
from llmtui.chat.session import Session, title_from
from llmtui.clock import new_id, now
from llmtui.files.errors import why
from llmtui.jobs.attachments import Attachments
from llmtui.jobs.chat_request import RequestDraft, draft_request
from llmtui.jobs.journal_sync import JournalSync
from llmtui.jobs.phases import POLL
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.jobs.reply import Reply
from llmtui.jobs.session_saver import SessionSaver
from llmtui.store.codec.sessions import fields_of
from llmtui.store.errors import SaveError, SessionGone
from llmtui.store.journal import FileJournal, Journal
from llmtui.store.recovery import opening
from llmtui.store.session_store import SessionStore

_PATIENCE = 2.0
"""Seconds that closing waits for saves; what they had to say is in journals."""


class Replies:
    """Begins replies in sessions, and sees that they are saved.

    Made in any thread; ``begin`` and its sisters are called on the event loop.
    """

    def __init__(
        self, store: SessionStore, providers: ProviderPool, *, poll: float = POLL
    ) -> None:
        self.store = store
        self.providers = providers
        self.attachments = Attachments(store)
        self.running: dict[str, Reply] = {}
        """The replies that are being written, by id."""
        self._poll = poll
        self._saver = SessionSaver(store)
        self._journal_sync = JournalSync(self.running)

    # -- replies -----------------------------------------------------------------

    def begin(self, session: Session, prompt: Prompt) -> Reply:
        """Put a prompt on disk, then into the session, and begin its reply.

        Raises ``SaveError``; then nothing has changed.
        """
        message = message_of(prompt)
        return self._begin(session, message, message.id, prompt.generation)

    def draft(
        self, session: Session, generation: Generation, prompt: Prompt | None = None
    ) -> RequestDraft:
        """What would be sent for a prompt, or with None for what was said so far: up
        to a reply that is being written, if one is.

        Nothing is begun. Raises ``SaveError`` where nothing could be sent.
        """
        message = message_of(prompt) if prompt is not None else None
        parent = message.id if message is not None else session.head
        last = session.messages.get(parent or "")
        if last is not None and last.is_living:
            parent = last.parent
        contents = self.attachments.content
        return draft_request(session, message, parent, generation, None, contents)

    def begin_again(
        self, session: Session, message_id: str, generation: Generation
    ) -> Reply:
        """Ask for another version of a reply (or for one to a prompt): its sibling.

        Raises as ``begin``.
        """
        message = _named(session, message_id)
        parent = message.id if message.role == "user" else message.parent
        prompt = session.messages.get(parent or "")
        return self._begin(session, prompt, parent, generation)

    def continue_from(
        self, session: Session, message_id: str, generation: Generation
    ) -> Reply:
        """Go on with a reply that was cut: a sibling that holds it and the rest.

        Best effort, since not every model's template can. Raises as ``begin``.
        """
        partial_ = _named(session, message_id)
        if not partial_.text:
            return self.begin_again(session, message_id, generation)
        prompt = session.messages.get(partial_.parent or "")
        return self._begin(
            session, prompt, partial_.parent, generation, continues=partial_
        )

    def replies_of(self, session_id: str) -> list[Reply]:
        """The replies that are being written in a session."""
        return [r for r in self.running.values() if r.session.id == session_id]

    # -- saving ------------------------------------------------------------------

    async def save(self, session: Session, *, recreate: bool = False) -> None:
        """Write a session, and take over what other windows wrote.

        Raises ``SaveError``; ``SessionGone`` if it went to the trash meanwhile,
        unless it is to be made again (``recreate``).
        """
        await self._saver.save(session, recreate=recreate)

    async def look(self, session: Session) -> bool:
        """Take over what other windows wrote; whether that was anything."""
        return await self._saver.look(session)

    def save_soon(self, session: Session) -> None:
        """Write a session's own fields in a moment. Failing is a ``problem``."""
        if self.store.keeps(session.id) and not session.read_only:
            self._saver.save_soon(session)

    def end_all_now(self) -> None:
        """End all replies and write what is due, at once and without awaiting."""
        replies = list(self.running.values())
        for reply in replies:
            reply.end_now()
        for reply in replies:
            self._saver.write_now(reply.session, reply)
        self._saver.flush_now()

    async def aclose(self) -> None:
        """End replies and wait for their saves."""
        replies = list(self.running.values())
        for reply in replies:
            reply.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                for reply in replies:
                    await reply.state.finished()
        await self._journal_sync.aclose()
        await self._saver.aclose()

    # -- beginning -----------------------------------------------------------------

    def _begin(
        self,
        session: Session,
        prompt: Message | None,
        parent: str | None,
        generation: Generation,
        continues: Message | None = None,
    ) -> Reply:
        contents = self.attachments.content
        draft = draft_request(session, prompt, parent, generation, continues, contents)
        stub = Message(
            id=new_id(),
            parent=parent,
            role="assistant",
            text=continues.text if continues else "",
            created=now(),
            thinking=continues.thinking if continues else "",
            status="streaming",
            continues=continues.id if continues else None,
            request=draft.sent,
        )
        journal = self._write_down(session, prompt, stub, generation)
        if prompt is not None:
            session.messages.setdefault(prompt.id, prompt)
        session.add(stub)
        reply = Reply(
            session,
            stub,
            draft,
            partial(self.providers.open, generation.host),
            prompt=prompt,
            journal=journal,
            checkpoint=self._ended,
            over=partial(self._over, self.providers.hold(generation.host)),
            busy=partial(self._busy, stub.id, draft.sent),
            poll=self._poll,
        )
        self.running[reply.id] = reply
        reply.start()
        self._journal_sync.wake()
        return reply

    def _over(self, let_go: Callable[[], None], reply: Reply) -> None:
        self.running.pop(reply.id, None)
        let_go()

    def _write_down(
        self,
        session: Session,
        prompt: Message | None,
        stub: Message,
        generation: Generation,
    ) -> Journal:
        """Open the journal; only then are the session's own fields changed.

        Host and model become the session's own where it has none yet; later they
        are changed by who chooses others for good, and not by one turn.
        """
        if session.read_only:
            raise SaveError(session.read_only)
        file = self.store.file_of(session)
        if file.gone:
            raise SessionGone("this session was moved to the trash meanwhile")
        fields = fields_of(session)
        wanted = {
            "head": stub.id,
            "updated": stub.created,
            "host": session.host or generation.host.stored,
            "model": session.model or generation.model,
        }
        if not session.title and prompt is not None:
            names = ", ".join(one.name for one in prompt.attachments)
            title = title_from(prompt.text if prompt.text.strip() else names)
            wanted |= {"title": title, "title_by": "prompt"}
        fields |= wanted
        journal = Journal()
        if self.store.keeps(session.id):
            path = self.store.places.sessions / f"{session.id}.{stub.id}.jsonl"
            first = opening(
                fields, file.changed(fields), prompt, stub, new=not file.existed
            )
            try:
                journal = FileJournal(path, first, self.store.disk)
            except OSError as error:
                raise SaveError(why(error, path)) from error
        session.updated = stub.created
        session.host, session.model = fields["host"], fields["model"]
        session.title, session.title_by = fields["title"], fields["title_by"]
        return journal

    async def _ended(self, reply: Reply) -> None:
        reply.session.updated = max(reply.session.updated, now())
        await self._saver.checkpoint(reply)

    def _busy(self, reply_id: str, sent: Sent) -> bool:
        """Whether an older reply of the same model is still being written."""
        for reply in self.running.values():
            if reply.id == reply_id:
                return False
            other = reply.state.message.request
            if (
                not reply.state.done
                and other is not None
                and other.host == sent.host
                and canonical(other.model) == canonical(sent.model)
            ):
                return True
        return False


def _named(session: Session, message_id: str) -> Message:
    message = session.messages.get(message_id)
    if message is None:
        raise SaveError("there is no such message in this session")
    if message.status == "streaming":
        raise SaveError("this reply is still being written")
    return message
