"""What is sent: the path to a prompt as turns that a server understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from llmtui.chat.attached import AttachmentGone, Contents, as_sent
from llmtui.chat.context import IMAGE_TOKENS, text_tokens
from llmtui.chat.left_out import joins
from llmtui.chat.message import Attachment, Message, Sent
from llmtui.chat.pinning import fitting
from llmtui.chat.prompt import Generation
from llmtui.chat.request import ChatRequest, Turn
from llmtui.chat.session import Session
from llmtui.providers.errors import Unsupported
from llmtui.sanitise import encodable
from llmtui.store.errors import SaveError


def _gone(attachment: Attachment) -> bytes:
    raise AttachmentGone(f"{attachment.name} is kept nowhere")


class RequestDraft(NamedTuple):
    """Everything a request is made of, taken at the moment of sending."""

    sent: Sent
    above: Callable[[], Sequence[Message]]
    """The messages before the prompt, from the root on. They are walked only when
    the request is made: messages are never changed, nor are their parents."""
    last: tuple[Message, ...]
    """The prompt, and a partial answer to go on with."""
    contents: Contents = _gone
    """Gives what is attached."""

    def path(self) -> tuple[Message, ...]:
        """All messages up to the prompt, those that are not sent among them."""
        return (*self.above(), *self.last)

    def fitted(self) -> Sequence[Message]:
        """Those that are left where room is made for what is pinned."""
        return fitting(self.path(), self.sent.window, self.sent.system)

    def fingerprint(self) -> str:
        """Of which messages are sent. They never change, so equal ones say the same."""
        from hashlib import sha256

        ids = (message.id for message in self.fitted() if message.is_sent)
        return sha256(" ".join(ids).encode()).hexdigest()

    def request(self) -> ChatRequest:
        """The request; takes a while for a large session, so call it in a thread.

        Raises ``Unsupported`` for what is attached and is no longer there.
        """
        try:
            said = turns(self.fitted(), self.sent.system, self.contents)
        except AttachmentGone as error:
            raise Unsupported(str(error)) from None
        return ChatRequest(
            model=self.sent.model,
            turns=said,
            options=dict(self.sent.options),
            think=self.sent.think,
            format=self.sent.format,
            keep_alive=self.sent.keep_alive,
            truncate=self.sent.truncate,
        )


def draft_as_sent(
    session: Session, reply: Message, contents: Contents = _gone
) -> RequestDraft:
    """What was sent for a reply, made anew from what its session says by now.

    Raises ``SaveError`` if it has no ``request``.
    """
    if (sent := reply.request) is None:
        raise SaveError("it is not known what this reply was asked for with")
    continued = session.messages.get(reply.continues or "")
    return RequestDraft(
        sent,
        partial(session.path, reply.parent) if reply.parent else tuple,
        (continued,) if continued is not None else (),
        contents,
    )


def draft_request(
    session: Session,
    prompt: Message | None,
    parent: str | None,
    generation: Generation,
    continues: Message | None,
    contents: Contents,
) -> RequestDraft:
    """What is sent, from the session as it is now; raises ``SaveError``."""
    if not generation.model:
        raise SaveError("no model is chosen")
    above = prompt.parent if prompt is not None else parent
    before = session.messages.get(above) if above is not None else None
    if before is not None and before.status == "streaming":
        raise SaveError("a reply is still being written here")
    return RequestDraft(
        generation.sent,
        partial(session.path, above) if above is not None else tuple,
        tuple(message for message in (prompt, continues) if message is not None),
        contents,
    )


def turns(
    path: Sequence[Message], system: str | None = None, contents: Contents = _gone
) -> tuple[Turn, ...]:
    """A path as turns. Old thinking is not sent, nor are answers without words,
    nor what the user left out or took out for good.

    What the same person says in a row is joined (``chat/left_out.py``). The same
    prompt sent again counts once. Raises ``AttachmentGone``.
    """
    found: list[Turn] = []
    if system:
        found.append(Turn("system", encodable(system)))
    for message in path:
        turn = _turn(message, contents)
        if turn is None:
            continue
        last = found[-1] if found else None
        if last is not None and last.role == turn.role and joins(turn):
            found[-1] = _joined(last, turn)
        else:
            found.append(turn)
    return tuple(found)


def _turn(message: Message, contents: Contents) -> Turn | None:
    if not message.is_sent:
        return None
    words, images = as_sent(message, contents)
    return Turn(message.role, encodable(words), images, message.tool_calls)


def _joined(last: Turn, turn: Turn) -> Turn:
    if (turn.content, turn.images) == (last.content, last.images):
        return last
    content = f"{last.content}\n\n{turn.content}"
    return replace(last, content=content, images=last.images + turn.images)


def estimate(request: ChatRequest) -> int:
    """About how many tokens a request has."""
    return sum(
        text_tokens(turn.content) + IMAGE_TOKENS * len(turn.images)
        for turn in request.turns
    )
