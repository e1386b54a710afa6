"""A summary of a session by its model, in as many steps as the context wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.compacting import ASK, after_summary

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.prompt import Generation
    from llmtui.chat.session import Session
    from llmtui.jobs.reply import Reply
    from llmtui.jobs.side_questions import SideQuestions


class Compaction:
    """One summary that is being written. Of a part, the summary so far is the
    beginning of the next one, so that nothing is dropped on the way."""

    def __init__(
        self,
        questions: SideQuestions,
        session: Session,
        parts: Sequence[Sequence[Message]],
        generation: Generation,
        tokens: int,
    ) -> None:
        """``tokens`` are those of the conversation, about."""
        self.session = session
        self.parts = len(parts)
        self.part = 0
        """Which of the parts is read, from 1 on."""
        self.tokens = tokens
        self.done = False
        self.error = ""
        """Why there is no summary, "" if there is one or it is still written."""
        self._questions = questions
        self._parts = parts
        self._generation = _for_summary(generation, session)
        self._reply: Reply | None = None
        self._stopped = False

    @property
    def text(self) -> str:
        """What there is of the summary."""
        return self._reply.state.text.strip() if self._reply else ""

    async def run(self) -> None:
        """Ask, part after part. Raises nothing."""
        summary = ""
        for messages in self._parts:
            self.part += 1
            path = after_summary(summary, messages)
            self._reply = reply = self._questions.begin(
                self.session, ASK, self._generation, path
            )
            await reply.state.finished()
            summary = self.text
            if self._stopped or reply.state.status != "complete" or not summary:
                self.error = reply.state.error or "the model wrote no summary"
                break
        self.done = True

    def stop(self) -> None:
        """End it; what came stays."""
        self._stopped = True
        if self._reply is not None:
            self._reply.stop()


def _for_summary(generation: Generation, session: Session) -> Generation:
    """As the session's next turn, but free in form and length, and without thinking."""
    left_out = ("num_predict", "stop")
    options = {k: v for k, v in generation.options.items() if k not in left_out}
    answer = session.last_answer()
    thinks = generation.think is not None or bool(answer and answer.thinking)
    think = False if thinks else None
    return replace(generation, options=options, format=None, think=think)
