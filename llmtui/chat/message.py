"""One message of a session, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from llmtui.chat.events import ToolCall
from llmtui.chat.request import Format, Think
from llmtui.chat.usage import Usage

if TYPE_CHECKING:
    from llmtui.chat.misfit import Misfit

Role = Literal["user", "assistant", "system", "tool"]
_ROLES = ("user", "assistant", "system", "tool")

Status = Literal["complete", "stopped", "incomplete", "failed", "streaming"]
"""How a message ended. Only a living reply is ``streaming``; it is never stored so."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept beside the session, by its content."""

    sha256: str
    name: str
    type: str
    """The media type: ``image/png``; a text's begins with ``text/``."""
    size: int = 0
    """Bytes of it as it is kept and sent; 0 if that is not known."""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_image(self) -> bool:
        """Whether models look at it, rather than read it."""
        return self.type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was really sent for a reply."""

    model: str
    host: str = ""
    digest: str = ""
    system: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    """Seconds the model stays in memory; negative: for ever, None: up to the server."""
    truncate: bool = True
    """Whether the oldest messages might be left out where not all fitted."""
    window: int = 0
    """Tokens that the server was known to keep, 0 for none."""
    messages: str = ""
    """The fingerprint of which messages were sent, "" if it was not taken."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One node of a session's tree. Its text is raw; the screen cleans it."""

    id: str
    parent: str | None
    role: Role
    text: str
    created: str
    thinking: str = ""
    attachments: tuple[Attachment, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    status: Status = "complete"
    error: str = ""
    """Why it failed or was cut, as a sentence for the user."""
    done_reason: str = ""
    misfit: Misfit | None = None
    """Where it is not in the format that it was asked for."""
    usage: Usage | None = None
    continues: str | None = None
    """The id of the partial answer that this one begins with."""
    request: Sent | None = None
    excluded: bool = False
    """Left out of what is sent; it stays in the session."""
    pinned: bool = False
    """Never the one that goes when the context is full."""
    name: str = ""
    """What the user calls the branch that ends or goes on here."""
    erased: bool = False
    """Its text was taken out for good; the place in the tree is left."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a newer version, kept as they are."""

    @property
    def is_sent(self) -> bool:
        """Whether models get to read it, in the requests of later turns."""
        if self.excluded or self.erased or self.role not in _ROLES:
            return False
        return self.role != "assistant" or bool(self.text or self.tool_calls)

    @property
    def length(self) -> int:
        """How many characters its text has, about."""
        return len(self.text)

    @property
    def line_ends(self) -> int:
        """How many line ends its text has, about."""
        return self.text.count("\n")

    @property
    def is_living(self) -> bool:
        """Whether it is still being written."""
        return self.status == "streaming"

    @property
    def went_wrong(self) -> bool:
        """Whether it failed or was cut off."""
        return self.status in ("failed", "incomplete")

    @property
    def model(self) -> str:
        """The model that wrote it, "" for a person's message."""
        return self.request.model if self.request else ""
