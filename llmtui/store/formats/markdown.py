"""A session as Markdown."""

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
            yield "\n---\n\n"
        yield from conversation(session, session.path())


def conversation(session: Session, messages: Sequence[Message]) -> Iterator[str]:
    """One branch of a session."""
    yield f"# {_line(title_of(session))}\n"
    if words := about(session):
        yield f"\n*{_line(words)}*\n"
    if session.system:
        yield f"\n## system\n\n{session.system.strip()}\n"
    for message in messages:
        yield _turn(message)


def _turn(message: Message) -> str:
    said = "".join(f" ({note})" for note in notes(message))
    parts = [f"\n## {_line(who(message) + said)}\n"]
    if message.thinking.strip():
        parts.append(
            "\n<details><summary>thinking</summary>\n\n"
            f"{message.thinking.strip()}\n\n</details>\n"
        )
    parts += [f"\n    {_line(line)}\n" for line in lines(message)]
    if text := body(message):
        parts.append(f"\n{text}\n")
    return "".join(parts)


def _line(text: str) -> str:
    return " ".join(text.split())
