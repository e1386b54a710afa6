"""``llmtui sessions``: list the saved ones, show one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.names import short
from llmtui.cli.context import Context, complain, say, say_json, session_id
from llmtui.cli.options import UsageError, near
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.cli.tables import table
from llmtui.human import age
from llmtui.sanitise import clean
from llmtui.store.codec import fields_of, message_to
from llmtui.store.errors import SessionError
from llmtui.store.session_store import SessionStore

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session

_ACTIONS = ("list", "show")


def sessions(context: Context) -> int:
    """``list`` (also alone) or ``show ID``."""
    action, *words = context.words or ("list",)
    if action not in _ACTIONS:
        raise UsageError(near(f"there is no sessions {action!r}", action, _ACTIONS))
    if len(words) != (action == "show"):
        raise UsageError("it is used as: llmtui sessions list, or sessions show ID")
    store = SessionStore(context.places)
    try:
        return (
            _list(context, store)
            if action == "list"
            else _show(context, store, words[0])
        )
    except SessionError as error:
        raise UsageError(str(error)) from None
    finally:
        for sentence in store.problems():
            complain(sentence)


def _list(context: Context, store: SessionStore) -> int:
    store.recover()
    found = store.summaries()
    if context.parsed.given("json"):
        say_json([summary._asdict() for summary in found])
        return 0
    rows = [
        [s.id, age(s.updated), short(s.model), str(s.messages), s.title or "untitled"]
        for s in found
    ]
    say(table(["ID", "AGE", "MODEL", "MESSAGES", "TITLE"], rows))
    return 0


def _show(context: Context, store: SessionStore, wanted: str) -> int:
    session = store.open(session_id(context.places, wanted))
    if context.parsed.given("json"):
        messages = [message_to(message) for message in session.path()]
        say_json({**fields_of(session), "messages": messages})
        return 0
    text = transcript(session)
    say(clean(text) if is_terminal(STDOUT) else text)
    return 0


def transcript(session: Session) -> str:
    """The branch that is shown in the app, as Markdown."""
    title = [f"# {session.title}"] if session.title else []
    return "\n\n".join([*title, *map(_turn, session.path())]) + "\n"


def _turn(message: Message) -> str:
    who = "you" if message.role == "user" else short(message.model) or message.role
    note = "" if message.status == "complete" else f" ({message.status})"
    return f"## {who}{note}\n\n{message.text.strip()}"
