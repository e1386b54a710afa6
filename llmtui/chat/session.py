"""A session: a tree of messages and the defaults of its next turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from llmtui.chat.message import Message
from llmtui.chat.request import Format, Think
from llmtui.clock import new_id, now


@dataclass(slots=True, weakref_slot=True)
class Session:
    """One conversation in memory.

    ``messages`` are frozen values by id; retry and edit add a sibling, nothing
    is overwritten. ``head`` is the last message of the branch that is shown.
    """

    id: str = field(default_factory=new_id)
    created: str = field(default_factory=now)
    updated: str = ""
    title: str = ""
    title_by: Literal["prompt", "user", "model"] = "prompt"
    pinned: bool = False
    tags: list[str] = field(default_factory=list)
    head: str | None = None
    model: str = ""
    host: str = ""
    system: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    truncate: bool = True
    """Whether the oldest messages may be left out where not all fit."""
    removed: list[str] = field(default_factory=list)
    source: dict[str, Any] = field(default_factory=dict)
    """Where it came from: the session and message it was forked from, the format
    and id it was imported from."""
    messages: dict[str, Message] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields of a newer version, kept as they are."""
    read_only: str = ""
    """Why this session cannot be written, as a sentence; "" if it can."""

    def add(self, message: Message) -> None:
        """Put a message into the tree and make it the head."""
        self.messages[message.id] = message
        self.head = message.id

    def replace(self, message: Message) -> None:
        """Put a newer value of a message in its place; the head stays."""
        self.messages[message.id] = message

    def path(self, head: str | None = None) -> list[Message]:
        """The messages from the root to ``head`` (the session's own if not given).

        A parent that is missing, or a circle of parents, ends the walk.
        """
        return list(self._upwards(head if head is not None else self.head))[::-1]

    def _upwards(self, at: str | None) -> Iterator[Message]:
        """A message and those it follows, up to the root."""
        seen: set[str] = set()
        while at is not None and at not in seen and (message := self.messages.get(at)):
            seen.add(at)
            yield message
            at = message.parent

    def siblings(self, message_id: str) -> list[Message]:
        """All versions of a message, itself among them, oldest first."""
        parent = self.messages[message_id].parent
        return by_age(m for m in self.messages.values() if m.parent == parent)

    def version_beside(self, message_id: str, step: int) -> str | None:
        """The version ``step`` after a message (before, if less than 0), if any."""
        siblings = [message.id for message in self.siblings(message_id)]
        at = siblings.index(message_id) + step
        return siblings[at] if 0 <= at < len(siblings) else None

    def versions(self) -> dict[str, tuple[int, int]]:
        """Of each message which of how many versions it is, counted from one."""
        found = dict.fromkeys(self.messages, (1, 1))
        counts = Counter([message.parent for message in self.messages.values()])
        several = {parent for parent, count in counts.items() if count > 1}
        families: dict[str | None, list[Message]] = {parent: [] for parent in several}
        for message in self.messages.values() if several else ():
            if message.parent in several:
                families[message.parent].append(message)
        for family in map(by_age, families.values()):
            for at, message in enumerate(family, 1):
                found[message.id] = (at, len(family))
        return found

    def newest_leaf(self, message_id: str) -> str:
        """The id at which one arrives from a message by its newest answers."""
        answers: dict[str | None, list[Message]] = {}
        for message in self.messages.values():
            answers.setdefault(message.parent, []).append(message)
        seen: set[str] = set()
        while message_id in answers and message_id not in seen:
            seen.add(message_id)
            message_id = by_age(answers[message_id])[-1].id
        return message_id

    def last_answer(self) -> Message | None:
        """The last reply of the branch that is shown."""
        above = self._upwards(self.head)
        return next((m for m in above if m.role == "assistant"), None)

    @property
    def sent_with(self) -> dict[str, Any]:
        """The fields that say how the next turn is generated, for another session that
        is to go on in the same way."""
        fields = {name: getattr(self, name) for name in _SENT_WITH}
        return fields | {"options": dict(self.options)}

    @property
    def last_used(self) -> str:
        """When anything happened in it, RFC 3339."""
        return self.updated or self.created


_SENT_WITH = ("system", "options", "think", "format", "keep_alive", "truncate")


def by_age(messages: Iterable[Message]) -> list[Message]:
    """Messages, oldest first; one alone need not be looked into."""
    found = list(messages)
    if len(found) > 1:
        found.sort(key=lambda m: (m.created, m.id))
    return found


def title_from(text: str, width: int = 60) -> str:
    """A title made from a first prompt: its first line with words, cut at a word.

    >>> title_from("  Hello,   world\\nmore")
    'Hello, world'
    >>> title_from("word " * 40, width=12)
    'word word…'
    """
    line = next(
        (squeezed for raw in text.splitlines() if (squeezed := " ".join(raw.split()))),
        "",
    )
    if len(line) <= width:
        return line
    cut = line[: width - 1]
    head = cut.rpartition(" ")[0]
    return (head if len(head) > width // 2 else cut).rstrip() + "…"


def newest(sessions: Iterable[Session]) -> Session | None:
    """The session last used."""
    return max(sessions, key=lambda s: s.last_used, default=None)
