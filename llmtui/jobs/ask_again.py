"""Asking again what was asked before: mended, or exactly as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.mending import mending_prompt, to_mend
from llmtui.chat.prompt import Prompt, generation_as_sent
from llmtui.jobs.chat_request import draft_as_sent
from llmtui.jobs.outbox import NotSentError, sending

if TYPE_CHECKING:
    from llmtui.chat.message import Sent
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core
    from llmtui.jobs.outbox import Outbox
    from llmtui.jobs.prompt_queue import PromptQueue
    from llmtui.jobs.reply_state import ReplyState


class AskAgain:
    """Raises ``NotSentError``; then nothing has changed."""

    def __init__(
        self,
        core: Core,
        outbox: Outbox,
        queue: PromptQueue,
        find_host: Callable[[str], Host],
    ) -> None:
        """``find_host`` reads what ``Host.stored`` wrote."""
        self._monitor = core.monitor
        self._outbox = outbox
        self._queue = queue
        self._find_host = find_host

    def mend(self, session: Session, message_id: str) -> ReplyState | None:
        """Have the model mend an answer that does not fit its format, below it.

        None if that waits in line.
        """
        message = session.messages[message_id]
        sent, misfit = message.request, to_mend(message)
        if sent is None or sent.format is None:
            raise NotSentError("this answer was asked for as free text")
        if misfit is None:
            raise NotSentError("this answer fits the format that it was asked for in")
        generation = replace(self._outbox.generation(session), format=sent.format)
        prompt = Prompt(mending_prompt(misfit), generation, follows=message_id)
        with sending():
            return self._queue.send(session, prompt)

    def repeat(self, session: Session, message_id: str) -> ReplyState | None:
        """Ask for a reply once more, with all that was sent for it then.

        It is another version of it. None while a reply is being written.
        """
        sent = session.messages[message_id].request
        if sent is None or not sent.model:
            raise NotSentError("it is not known what this reply was asked for with")
        generation = generation_as_sent(sent, self._find_host(sent.host))
        with sending():
            return self._queue.retry(session, message_id, generation)

    async def doubts(self, session: Session, message_id: str) -> tuple[str, ...]:
        """Why a repetition may come out different: a sentence each."""
        message = session.messages[message_id]
        sent = message.request
        if sent is None:
            return ()
        found = [*_weights_doubts(sent, self._digest(sent)), *_luck_doubts(sent)]
        draft = draft_as_sent(session, message)
        now = await asyncio.to_thread(draft.fingerprint)
        if sent.messages and sent.messages != now:
            found.append("what stands above it was changed since")
        return tuple(found)

    def _digest(self, sent: Sent) -> str | None:
        """Which weights the model has now; None if its host is not the current one."""
        if sent.host != self._monitor.host.stored:
            return None
        return self._outbox.digest(sent.model)


def _weights_doubts(sent: Sent, now: str | None) -> list[str]:
    if not sent.digest:
        return [f"it is not known which weights {sent.model} had then"]
    if now is None:
        return [f"it is not known which weights {sent.model} has there now"]
    if now != sent.digest:
        was, is_ = sent.digest[:12], now[:12] or "gone"
        return [f"{sent.model} is another by now (it was {was}, it is {is_})"]
    return []


def _luck_doubts(sent: Sent) -> list[str]:
    if "seed" in sent.options or sent.options.get("temperature") == 0:
        return []
    return ["it was asked without a seed (/set parameter seed 7 sets one)"]
