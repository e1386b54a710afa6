"""Which messages a server will not read, before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

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


class Loss(NamedTuple):
    """What is not read of a request, in words."""

    words: str
    """``13 messages will be left out``."""
    details: str = ""
    """Which, and of how much; "" where there is nothing more to say."""

    def __str__(self) -> str:
        return f"{self.words} ({self.details})" if self.details else self.words


def loss(number: int, last: str, *, cut: bool) -> Loss:
    """So many messages are dropped, of which the ``last`` says this; or the prompt is
    ``cut``, or both.

    >>> print(loss(13, "Noted 6.", cut=False))
    13 messages will be left out (up to “Noted 6.”)
    >>> print(loss(0, "", cut=True).words)
    the middle of the prompt will be left out
    """
    parts = [f"{number} messages" if number > 1 else "the oldest message"][
        : bool(number)
    ]
    if cut or not number:
        parts.append("the middle of the prompt")
    said = f"up to “{title_from(last, 40)}”" if number else ""
    return Loss(f"{' and '.join(parts)} will be left out", said)


def loss_of(
    path: Sequence[Message],
    prompt: Message,
    system: str | None,
    window: int,
    kept: Kept | None,
) -> Loss | None:
    """What will not be read if a prompt is sent below ``path``; None, as far as is
    known, if all is."""
    turn = next_turn(path, prompt.text, system, window, prompt.attachments)
    if turn.fits:
        return None
    if kept is None:
        return Loss(REFUSED, turn.words)
    start = near_end(path, window)
    messages = [message for message in (*path[start:], prompt) if message.is_sent]
    sizes = sizes_of(messages, system)
    if not start:
        sizes = sizes.scaled(turn.tokens)
    gone = left_out(messages, sizes, window, kept, system)
    number = start + len(gone) if gone else 0
    found = loss(number, body(gone[-1]) if gone else "", cut=sizes.each[-1] > window)
    return found._replace(details="; ".join(filter(None, (found.details, turn.words))))


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
