"""What the user says: the text in the input, what waits in line, what is asked.

It is told which session is meant, and knows none of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.capabilities import images_refusal
from llmtui.chat.pasted import Spans, Typed
from llmtui.chat.prompt import Generation, Prompt, generation_of
from llmtui.jobs.unsent_text import UnsentText
from llmtui.slash import escaped
from llmtui.store.errors import SessionGone

if TYPE_CHECKING:
    from llmtui.chat.message import Attachment, Message
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.chat_request import RequestDraft
    from llmtui.jobs.context_meter import ContextMeter
    from llmtui.jobs.core import Core
    from llmtui.jobs.model_choice import ModelChoice
    from llmtui.jobs.prompt_queue import PromptQueue
    from llmtui.jobs.reply import Reply
    from llmtui.jobs.reply_state import ReplyState


class NotSentError(Exception):
    """Nothing could be sent, and nothing has changed; ``str()`` says why and what to
    do."""


class InTrashError(NotSentError):
    """The session was moved to the trash: it is not made again unasked."""


class Preview(NamedTuple):
    """What would be sent."""

    draft: RequestDraft
    generation: Generation
    prompt_id: str
    """The id of the message that the text becomes, "" where nothing is to be sent."""


@contextmanager
def sending() -> Iterator[None]:
    """What the disk refuses is not sent."""
    try:
        yield
    except SessionGone as error:
        raise InTrashError(str(error)) from error
    except OSError as error:
        raise NotSentError(str(error)) from error


class Outbox:
    """From the input to the line, and from there to the model."""

    def __init__(
        self,
        core: Core,
        models: ModelChoice,
        context: ContextMeter,
        queue: PromptQueue,
    ) -> None:
        self._monitor = core.monitor
        self._models = models
        self._context = context
        self._queue = queue
        self._replies = core.replies
        self._side_questions = core.side_questions
        self._unsent = UnsentText(core.store)

    # -- the input -----------------------------------------------------------------

    def load(self, session: Session, find_host: Callable[[str], Host]) -> None:
        """Bring back what an earlier run left in line. Blocking.

        ``find_host`` reads what ``Host.stored`` wrote.
        """
        taken = self._unsent.load(session).taken
        self._queue.lines.load(session, find_host, without=taken)

    def draft(self, session: Session) -> Typed:
        """The unsent text that was kept for a session, which is this window's now."""
        draft = self._unsent.load(session)
        waits = any(p.id == draft.id for p in self._queue.waiting(session.id))
        if waits or draft.is_empty:
            return Typed("")
        self._unsent.keep(session, draft.text, pasted=draft.pasted)
        return Typed(draft.text, draft.pasted)

    def keep_draft(self, session: Session, text: str, pasted: Spans = ()) -> None:
        """Keep the unsent text, of which passages may be ``pasted``; "" forgets it.
        Never raises."""
        self._unsent.keep(session, text, pasted=pasted)

    def take_back(self, session: Session, typed: str) -> str | None:
        """Take the last prompt out of the line, to be changed in the input.

        Returns what the input holds then, with ``typed`` at its end; None if
        nothing waits. It is kept as a draft before it leaves the line.
        """
        waiting = self._queue.waiting(session.id)
        if not waiting:
            return None
        last = waiting[-1]
        attached = (*last.attachments, *self._unsent.attached(session))
        self._unsent.attach(session, attached)
        text = "\n\n".join(filter(None, (escaped(last.text), typed.strip() and typed)))
        self._unsent.keep(session, text, taken=last.id)
        self._queue.lines.remove(session.id, last.id)
        return text

    def attached(self, session: Session) -> tuple[Attachment, ...]:
        """What is attached to the text in the input."""
        return self._unsent.attached(session)

    def attach(self, session: Session, attachments: Iterable[Attachment]) -> None:
        """Have these be attached to it, and no others; the draft keeps them once it
        is kept."""
        self._unsent.attach(session, tuple(attachments))

    # -- sending -------------------------------------------------------------------

    def send(
        self, session: Session, text: str, edited: Message | None = None
    ) -> ReplyState | None:
        """Send what stands in the input; None if it waits in line.

        With ``edited`` it is another version of that prompt, and goes in its place.
        Raises ``NotSentError``; then the draft is kept.
        """
        if edited is not None and self._queue.active(session.id) is not None:
            raise NotSentError("a reply is being written: esc stops it")
        generation, was_new = self.generation(session), not session.messages
        attached = self._unsent.attached(session)
        if any(one.is_image for one in attached):
            listed = self._models.listed(generation.model)
            if refusal := images_refusal(listed):
                raise NotSentError(refusal)
        prompt_id = self._unsent.prompt_id(session)
        follows = edited.parent if edited else session.head
        prompt = Prompt(text, generation, follows, attached, prompt_id)
        if loss := self._context.warn(session, prompt):
            raise NotSentError(
                f"{loss.words}; enter sends it all the same, /context shows what "
                f"helps ({loss.details})"
            )
        with sending():
            reply = self._queue.send(session, prompt)
        self._unsent.sent(session, was_new=was_new)
        return reply

    def send_waiting(self, session: Session) -> ReplyState | None:
        """Send the next prompt of a line that is held; None if none is.

        Raises as ``send``; then the line is held still.
        """
        with sending():
            return self._queue.release(session)

    def retry(
        self, session: Session, message_id: str, model: str = ""
    ) -> ReplyState | None:
        """Ask for another version of a reply, by another model if one is named: only
        for this once. Raises as ``send``."""
        with sending():
            generation = self.generation(session, model)
            return self._queue.retry(session, message_id, generation)

    def go_on(self, session: Session, message_id: str) -> ReplyState | None:
        """Continue a reply that was cut off; raises as ``send``."""
        with sending():
            return self._queue.go_on(session, message_id, self.generation(session))

    def ask_beside(self, session: Session, question: str) -> Reply:
        """Ask something that leaves no trace in the session; raises as ``send``."""
        with sending():
            generation = self._found(session)
            return self._side_questions.begin(session, question, generation)

    def preview(
        self, session: Session, text: str = "", edited: Message | None = None
    ) -> Preview:
        """What ``send`` would send, or what was said so far if that is nothing, or
        waits for a reply that is being written.

        Raises ``NotSentError`` where nothing could be sent.
        """
        generation = self._chosen(session)
        prompt = None
        attached = self._unsent.attached(session)
        busy = self._queue.active(session.id) is not None
        if not busy and (text.strip() or attached):
            follows = edited.parent if edited else session.head
            prompt = Prompt(text, generation, follows, attached)
        with sending():
            draft = self._replies.draft(session, generation, prompt)
        return Preview(draft, generation, prompt.id if prompt else "")

    def digest(self, model: str) -> str:
        """Which weights a model of the current host has, "" if it is not listed."""
        listed = self._models.listed(model)
        return listed.digest if listed else ""

    def generation(self, session: Session, once: str = "") -> Generation:
        """How what is sent now is answered: as the header says, and so are the next
        turns; or by the model that is named for this ``once``. Raises ``NotSentError``.
        """
        generation = self._found(session, once)
        if not once:
            self._models.use(session, generation.model)
        return generation

    def _found(self, session: Session, once: str = "") -> Generation:
        """The same, without its being used from now on."""
        monitor = self._monitor
        generation = self._chosen(session, once)
        if monitor.status.unreachable:
            monitor.poke()
            raise NotSentError(f"{monitor.sentence}. {monitor.advice}")
        return generation

    def _chosen(self, session: Session, once: str = "") -> Generation:
        """The same, even if the host cannot be reached now."""
        models, monitor = self._models, self._monitor
        model = once or models.next_of(session)
        if not model:
            raise NotSentError(models.why_none())
        window = self._context.window(session)
        return generation_of(session, monitor.host, model, models.listed(model), window)
