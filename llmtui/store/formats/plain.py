"""A session as plain text, as it would be read out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.chat.transcript import body, lines, notes, who
from llmtui.store.formats.turns import about, title_of


def document(sessions: Iterable[Session]) -> Iterator[str]:
    """The branches that are shown, one session after the other."""
    for number, session in enumerate(sessions):
        if number:
            yield "\n\n"
        yield from conversation(session, session.path())


def conversation(session: Session, messages: Sequence[Message]) -> Iterator[str]:
    """One branch of a session."""
    title = " ".join(title_of(session).split())
    yield f"{title}\n{'=' * min(len(title), 70)}\n"
    if words := about(session):
        yield f"{words}\n"
    for message in messages:
        said = "".join(f" ({note})" for note in notes(message))
        text = "\n".join([*lines(message), body(message)]).strip()
        yield f"\n{who(message)}{said}:\n{text}\n"
