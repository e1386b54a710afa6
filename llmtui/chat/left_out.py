"""Which messages a server will not read, before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llmtui.chat.context import near_end, next_turn
from llmtui.chat.context_sizes import Sizes, sizes_of
from llmtui.chat.message import Message
from llmtui.chat.request import Turn
from llmtui.chat.session import title_from
from llmtui.chat.transcript import body

Kept = Callable[[Sequence[Turn], Sequence[int], int], Sequence[int]]
"""The rule of a server, by which turns stay: ``Truncates.kept``."""


REFUSED = "the server will refuse it"


def left_out(
    messages: Sequence[Message],
    sizes: Sizes,
    window: int,
    kept: Kept | None,
    system: str | None = None,
) -> list[Message]:
    """Those of ``messages``, all of which are sent, that do not reach the model.

    None of them while they fit, where the ``window`` is not known (0), or where the
    server refuses instead (``kept`` is None).
    """
    if kept is None or not window or sizes.total <= window:
        return []
    groups = grouped(messages)
    turns = [Turn("system", system)] if system else []
    tokens = [sizes.system] if system else []
    for group in groups:
        first = messages[group[0]]
        text = "\n\n".join(messages[at].text for at in group)
        turns.append(Turn(first.role, text, tool_calls=first.tool_calls))
        tokens.append(sum(sizes.each[at] for at in group))
    above = len(turns) - len(groups)
    stay = set(kept(turns, tokens, window))
    gone = [group for at, group in enumerate(groups, above) if at not in stay]
    return [messages[at] for group in gone for at in group]


def warning(
    path: Sequence[Message],
    prompt: Message,
    system: str | None,
    window: int,
    kept: Kept | None,
) -> str:
    """What will not be read if a prompt is sent below ``path``, "" as far as is known
    for nothing."""
    turn = next_turn(path, prompt.text, system, window, prompt.attachments)
    if turn.fits:
        return ""
    start = near_end(path, window)
    messages = [message for message in (*path[start:], prompt) if message.is_sent]
    gone = left_out(messages, sizes_of(messages, system), window, kept, system)
    last = body(gone[-1]) if gone else ""
    what = REFUSED if kept is None else loss(start + len(gone) if gone else 0, last)
    return f"{turn.words}: {what}"


def loss(number: int, last: str) -> str:
    """What is dropped: so many messages, of which the ``last`` says this.

    >>> loss(1, "Hello there")
    'the server will leave out the oldest message, “Hello there”'
    """
    if not number:
        return "the middle of the last message will be left out"
    words = title_from(last, 40)
    if number == 1:
        return f"the server will leave out the oldest message, “{words}”"
    return f"the server will leave out {number} messages, up to “{words}”"


def grouped(messages: Sequence[Message]) -> list[list[int]]:
    """The places of the messages that are sent as one turn.

    Prompts in a row, whose answers failed, are one: many templates insist on people
    and models taking turns.
    """
    found: list[list[int]] = []
    for at, message in enumerate(messages):
        last = messages[at - 1] if at else None
        if last is not None and last.role == message.role and joins(message):
            found[-1].append(at)
        else:
            found.append([at])
    return found


def joins(message: Message | Turn) -> bool:
    """Whether it becomes one turn with what the same person said before."""
    return message.role in ("user", "assistant") and not message.tool_calls
