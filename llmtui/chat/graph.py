"""A session's tree as rows to print, like ``git log --graph``. Pure."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.chat.tree import Children, children


class Row(NamedTuple):
    """One message of the tree."""

    message: Message
    lane: int
    """In which column its mark stands; the branch that is shown has the first."""
    begins: bool
    """Whether its lane begins here, turning off the one before it."""
    shown: bool
    """Whether it is on the branch that is shown."""
    head: bool
    """Whether it is the last one there."""


def rows(session: Session) -> list[Row]:
    """Every message once, each below the one it follows.

    Where a message has several that follow it, the one that is shown (else the
    newest) goes on in its lane, and the others are drawn before it, each in a lane
    of its own to the right. So all lanes to the left of a row go on below it.
    """
    tree = children(session)
    shown = {message.id for message in session.path()}
    found: list[Row] = []
    waiting = _turned(tree, None, 0, shown)
    while waiting:
        message, lane, begins = waiting.pop()
        head = message.id == session.head
        found.append(Row(message, lane, begins, message.id in shown, head))
        waiting += _turned(tree, message.id, lane, shown)
    return found


def _turned(
    tree: Children, parent: str | None, lane: int, shown: set[str]
) -> list[tuple[Message, int, bool]]:
    """What follows a message, the last one first: a stack."""
    following = tree.get(parent, [])
    if not following:
        return []
    main = next((m for m in following if m.id in shown), following[-1])
    sides = [(m, lane + 1, True) for m in reversed(following) if m is not main]
    return [(main, lane, False), *sides]


def lines(found: list[Row], marks: tuple[str, str, str] = ("│ ", "├─", "● ")) -> str:
    """The rows as text, for reading and for tests.

    ``marks`` are those of a lane that goes by, of one that turns off, of a message.
    """
    going, turning, dot = marks
    text = []
    for row in found:
        lanes = going * row.lane
        if row.begins:
            lanes = going * (row.lane - 1) + turning
        words = " ".join(row.message.text.split())[:60]
        text.append(f"{lanes}{dot}{row.message.role}: {words}".rstrip() + "\n")
    return "".join(text)
