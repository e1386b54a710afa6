"""Titles by the model: asked for when nothing else is, and given up for a prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.chat.model_title import ASK, LONGEST, title_of_answer
from llmtui.chat.prompt import Generation

if TYPE_CHECKING:
    from llmtui.chat.message import Sent
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.jobs.reply import Reply
    from llmtui.jobs.reply_state import ReplyState


_THOUGHTS = 1000
"""Tokens more for a model that thinks."""


class Titles:
    """Has models name sessions, one after the other. A user's title stays."""

    def __init__(
        self,
        core: Core,
        find_host: Callable[[str], Host],
        spawn: Spawn,
        changed: Callable[[str], None],
        unasked: bool,
    ) -> None:
        """``find_host`` reads what ``Host.stored`` wrote; ``changed(session id)`` is
        called when a session has a new title. ``unasked``: sessions are named after
        their first reply without being asked for."""
        self._side_questions = core.side_questions
        self._replies = core.replies
        self._find_host = find_host
        self._spawn = spawn
        self._changed = changed
        self._unasked = unasked
        self._wanted: dict[str, Session] = {}
        """The sessions to be named, by id."""
        self._demanded: set[str] = set()
        """Those whose user asked for it, and is told if it fails."""
        self._running: Reply | None = None

    def ask(self, session: Session) -> str:
        """Have a session named once no reply is written; returns "" or why not."""
        if session.read_only:
            return session.read_only
        if session.title_by == "user":
            return "the title is yours and stays: /title WORDS changes it"
        if _last_sent(session) is None:
            return "there is nothing to name yet"
        self._demanded.add(session.id)
        self._want(session)
        return ""

    def ended(self, session: Session, reply: ReplyState) -> None:
        """A reply has ended: perhaps its session is named now, or another one is."""
        if self._unasked and reply.status == "complete" and _is_first(session):
            self._want(session)
        else:
            self._next()

    def make_way(self) -> None:
        """Something else was asked: what is being thought up is asked for later."""
        if self._running is not None and self._busy():
            running, self._running = self._running, None
            running.stop()

    def _want(self, session: Session) -> None:
        self._wanted[session.id] = session
        self._next()

    def _busy(self) -> bool:
        """Whether a reply is being written that somebody waits for."""
        replies = list(self._replies.running.values())
        return any(r is not self._running and not r.state.done for r in replies)

    def _next(self) -> None:
        if self._running is None and self._wanted and not self._busy():
            session = next(iter(self._wanted.values()))
            if sent := _last_sent(session):
                generation = self._generation(sent, _thinks(session))
                self._running = self._side_questions.begin(session, ASK, generation)
                self._spawn(self._name(session, self._running))

    def _generation(self, sent: Sent, thinks: bool) -> Generation:
        """As the last reply, whose model and context are in the server's memory, but
        without thinking."""
        return Generation(
            host=self._find_host(sent.host),
            model=sent.model,
            digest=sent.digest,
            system=sent.system,
            options={**sent.options, "num_predict": LONGEST + thinks * _THOUGHTS},
            think=False if thinks or sent.think is not None else None,
        )

    async def _name(self, session: Session, reply: Reply) -> None:
        await reply.state.finished()
        if reply.state.status == "stopped":
            return  # to be asked for later, or the program ends
        self._running = None
        del self._wanted[session.id]
        self._give(session, reply.state)
        self._next()

    def _give(self, session: Session, answer: ReplyState) -> None:
        title = title_of_answer(answer.text)
        demanded = session.id in self._demanded
        self._demanded.discard(session.id)
        if session.title_by == "user":
            return
        if title:
            session.title, session.title_by = title, "model"
            self._replies.save_soon(session)
            self._changed(session.id)
        elif demanded:
            why = answer.error or "the model wrote none"
            self._replies.store.report(f"no title: {why}")


def _last_sent(session: Session) -> Sent | None:
    """How the last reply was asked for."""
    answer = session.last_answer()
    return answer.request if answer is not None else None


def _thinks(session: Session) -> bool:
    """Whether the model thinks: some do so whatever they are told."""
    answer = session.last_answer()
    return answer is not None and bool(answer.thinking)


def _is_first(session: Session) -> bool:
    """Whether one reply was written so far, and nobody has named the session."""
    if session.title_by != "prompt":
        return False
    answers = [m for m in session.path() if m.role == "assistant" and m.text]
    return len(answers) == 1
