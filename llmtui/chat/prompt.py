"""What the user asks: a value that carries all it needs from the key press on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from llmtui.chat.capabilities import think_sent
from llmtui.chat.message import Attachment, Message, Sent
from llmtui.chat.request import Format, Think
from llmtui.clock import new_id, now
from llmtui.hosts import Host
from llmtui.sanitise import encodable

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session


@dataclass(frozen=True, slots=True)
class Generation:
    """Who answers, and how: all of a request but its words."""

    host: Host
    model: str
    digest: str = ""
    """Which weights the model had when this was made, "" if that is not known."""
    system: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    """Seconds the model stays in memory; negative: for ever, None: up to the server."""
    truncate: bool = True
    """Whether the oldest messages may be left out where not all fit."""
    window: int = 0
    """Tokens of a conversation that the server keeps, 0 if that is not known."""

    @property
    def sent(self) -> Sent:
        """What a reply keeps of it."""
        return Sent(
            model=self.model,
            host=self.host.stored,
            digest=self.digest,
            system=self.system,
            options=dict(self.options),
            think=self.think,
            format=self.format,
            keep_alive=self.keep_alive,
            truncate=self.truncate,
            window=self.window,
        )


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt. Nothing below reads what is on the screen by the time it is sent."""

    text: str
    generation: Generation
    follows: str | None = None
    """The id of the message that it answers, None at the root. One that waits in
    line follows whatever the line before it leads to."""
    attachments: tuple[Attachment, ...] = ()
    id: str = field(default_factory=new_id)
    """The id of the message that it becomes: whoever finds both, in a session and
    in what was unsent, knows that it was sent."""
    created: str = field(default_factory=now)


def generation_as_sent(sent: Sent, host: Host) -> Generation:
    """How a reply was asked for, on the host that it was asked on."""
    return Generation(
        host=host,
        model=sent.model,
        digest=sent.digest,
        system=sent.system,
        options=dict(sent.options),
        think=sent.think,
        format=sent.format,
        keep_alive=sent.keep_alive,
        truncate=sent.truncate,
        window=sent.window,
    )


def message_of(prompt: Prompt) -> Message:
    """The message that a prompt becomes when it is sent."""
    return Message(
        id=prompt.id,
        parent=prompt.follows,
        role="user",
        text=encodable(prompt.text),
        created=prompt.created,
        attachments=prompt.attachments,
    )


def generation_of(
    session: Session,
    host: Host,
    model: str,
    listed: Model | None = None,
    window: int = 0,
) -> Generation:
    """How a session's next turn is answered.

    ``listed`` is what the host says about the model: it is asked to think as it can.
    ``window`` is how many tokens it keeps, 0 if that is not known.
    """
    return Generation(
        host=host,
        model=model,
        digest=listed.digest if listed else "",
        system=session.system,
        options=dict(session.options),
        think=think_sent(listed, session.think),
        format=session.format,
        keep_alive=session.keep_alive,
        truncate=session.truncate,
        window=window,
    )
