"""A conversation as text, for whoever reads it outside the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from llmtui.chat.names import short
from llmtui.human import size

if TYPE_CHECKING:
    from llmtui.chat.message import Message


def transcript(
    messages: Iterable[Message],
    title: str = "",
    when: Callable[[str], str] = lambda created: "",
) -> str:
    """Messages one below the other, under headings that say who speaks.

    ``when`` puts the time of a message into words. The text is raw: whoever shows
    it cleans it.

    >>> from llmtui.chat.message import Message
    >>> hello = Message("a", None, "user", "Hello.\\n", "2026-11-22T18:00:00Z")
    >>> print(transcript([hello], "A title", lambda created: created[11:16]), end="")
    # A title
    <BLANKLINE>
    ## you  18:00
    <BLANKLINE>
    Hello.
    """
    parts = [f"# {title}"] if title else []
    for message in messages:
        heading = [who(message) + "".join(f" ({note})" for note in notes(message))]
        heading += filter(None, [when(message.created)])
        parts.append(f"## {'  '.join(heading)}")
        parts.append("\n".join([*lines(message), body(message)]).strip())
    return "\n\n".join(filter(None, parts)) + "\n"


def who(message: Message) -> str:
    """Who speaks: ``you``, a model, ``system``, ``tool``."""
    if message.role == "user":
        return "you"
    return short(message.model) or message.role


def notes(message: Message) -> list[str]:
    """What is to be said of a message that is not just there."""
    found = [message.name] if message.name else []
    if message.status != "complete":
        found.append(message.status)
    if message.excluded:
        found.append("left out")
    return found


def body(message: Message) -> str:
    """What a message says; of one that says nothing why."""
    if message.erased:
        return "(taken out)"
    return message.text.strip() or message.error


def lines(message: Message) -> list[str]:
    """What stands above the words of a message: what is attached, tools it calls."""
    return [*filter(None, [attached(message)]), *calls(message)]


def attached(message: Message) -> str:
    """What is attached to a message, with sizes; "" if nothing is.

    >>> from llmtui.chat.message import Attachment, Message
    >>> file = Attachment("", "a.py", "text/plain", 1234)
    >>> attached(Message("m", None, "user", "", "", attachments=(file,)))
    'attached: a.py (1.2 kB)'
    """
    names = [
        f"{one.name} ({size(one.size)})" if one.size else one.name
        for one in message.attachments
    ]
    return f"attached: {', '.join(names)}" if names else ""


def calls(message: Message) -> list[str]:
    """The tools that it calls, as one would write them."""
    import json

    return [
        f"{call.name}({json.dumps(dict(call.arguments), ensure_ascii=False)})"
        for call in message.tool_calls
    ]
