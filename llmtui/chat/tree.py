"""What can be done to the tree of a session's messages. Pure; nothing is lost.

A branch that is pruned is a value with which it comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from llmtui.chat.message import Message
from llmtui.chat.session import Session, by_age
from llmtui.clock import now

Children = Mapping[str | None, list[Message]]


class TreeError(ValueError):
    """Something that cannot be done to this tree; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """A branch that was taken off: its messages, parents first."""

    session_id: str
    messages: tuple[Message, ...]
    head: str | None
    """Where the session's head was."""

    @property
    def root(self) -> Message:
        return self.messages[0]


def children(session: Session) -> Children:
    """The messages that follow each message, oldest first.

    Under None stand those that follow nothing: the roots, messages whose parent
    is missing, and the oldest of each circle of parents.
    """
    found: dict[str | None, list[Message]] = {None: []}
    oldest_first = by_age(session.messages.values())
    for message in oldest_first:
        parent = message.parent if message.parent in session.messages else None
        found.setdefault(parent, []).append(message)
    reached = {message.id for message in _below(found, None)}
    for message in oldest_first if len(reached) < len(oldest_first) else ():
        if message.id in reached:
            continue
        found[message.parent].remove(message)
        found[None].append(message)
        reached.update(m.id for m in (message, *_below(found, message.id)))
    return found


def branch(session: Session, message_id: str) -> list[Message]:
    """A message and all that follow it on any branch, parents first."""
    return [_named(session, message_id), *_below(children(session), message_id)]


def _below(tree: Children, message_id: str | None) -> list[Message]:
    found = list(tree.get(message_id, ()))
    for message in found:  # which grows
        found += tree.get(message.id, ())
    return found


def leaves(session: Session) -> list[Message]:
    """The ends of all branches, oldest first."""
    tree = children(session)
    return [message for message in _below(tree, None) if message.id not in tree]


def fork(session: Session, message_id: str) -> Session:
    """A new session of the messages up to one; raises ``TreeError``.

    They keep their ids: what they say was said once.
    """
    _named(session, message_id)
    path = session.path(message_id)
    if path[-1].status == "streaming":
        raise TreeError("this reply is still being written")
    return Session(
        created=path[0].created,
        updated=now(),
        title=session.title,
        title_by=session.title_by,
        tags=list(session.tags),
        head=message_id,
        model=session.model,
        host=session.host,
        source={"session": session.id, "message": message_id},
        messages={message.id: message for message in path},
        **session.sent_with,
    )


def cut(session: Session, message_id: str) -> Pruned:
    """What ``prune`` would take off; raises ``TreeError``."""
    gone = branch(session, message_id)
    if any(message.status == "streaming" for message in gone):
        raise TreeError("a reply is still being written in this branch")
    return Pruned(session.id, tuple(gone), session.head)


def prune(session: Session, message_id: str) -> Pruned:
    """Take a message and all that follow it off; raises ``TreeError``.

    The head goes to what the branch followed, or to the newest leaf beside it.
    """
    pruned = cut(session, message_id)
    gone = [message.id for message in pruned.messages]
    ids = set(gone)
    for one in ids:
        del session.messages[one]
    session.removed += [one for one in gone if one not in session.removed]
    if session.head in ids or session.head not in session.messages:
        session.head = _head_without(session, pruned.root)
    return pruned


def _head_without(session: Session, root: Message) -> str | None:
    beside = [m for m in session.messages.values() if m.parent == root.parent]
    if beside:
        return session.newest_leaf(by_age(beside)[-1].id)
    return root.parent if root.parent in session.messages else None


def graft(session: Session, pruned: Pruned) -> None:
    """Bring a branch back, and the head to where it was."""
    back = {message.id: message for message in pruned.messages}
    session.removed = [one for one in session.removed if one not in back]
    session.messages |= {i: m for i, m in back.items() if i not in session.messages}
    if pruned.head in session.messages:
        session.head = pruned.head


def change(session: Session, message_id: str, **fields: Any) -> Message:
    """Give a message other flags or another name; raises ``TreeError``.

    ``fields`` are ``excluded``, ``pinned`` and ``name``.
    """
    message = replace(_named(session, message_id), **fields)
    session.replace(message)
    return message


def erase(session: Session, message_id: str) -> Message:
    """Take all that a message says out of it; its place stays. Raises ``TreeError``."""
    old = _named(session, message_id)
    if old.status == "streaming":
        raise TreeError("this reply is still being written")
    bare = Message(
        id=old.id,
        parent=old.parent,
        role=old.role,
        text="",
        created=old.created,
        status=old.status,
        continues=old.continues,
        request=old.request and replace(old.request, system=None, extra={}),
        erased=True,
    )
    session.replace(bare)
    return bare


def turn_of(session: Session, message_id: str) -> list[str]:
    """A prompt with the reply below it that is shown, or a reply alone: their ids."""
    message = _named(session, message_id)
    path = [m.id for m in session.path()]
    if message.role != "user" or message_id not in path[:-1]:
        return [message_id]
    return path[path.index(message_id) :][:2]


def _named(session: Session, message_id: str) -> Message:
    message = session.messages.get(message_id)
    if message is None:
        raise TreeError("there is no such message in this session")
    return message
