"""``llmtui sessions``: list, show and rename; the rest is in modules of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from llmtui.chat.names import short
from llmtui.chat.transcript import transcript
from llmtui.cli.context import Context, complain, say, say_json, session_id
from llmtui.cli.options import UsageError, near
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.cli.tables import table
from llmtui.cli.verb_options import SESSION_ACTIONS
from llmtui.human import age
from llmtui.sanitise import clean
from llmtui.store.codec.messages import message_to
from llmtui.store.codec.sessions import fields_of
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.session_file import Snapshot
from llmtui.store.session_store import SessionStore

Act = Callable[[Context, SessionStore, list[str]], int]


def sessions(context: Context) -> int:
    """One of the actions; alone it is ``list``."""
    name, *words = context.words or ("list",)
    name = {"ls": "list"}.get(name, name)
    if name not in SESSION_ACTIONS:
        raise UsageError(near(f"there is no sessions {name!r}", name, SESSION_ACTIONS))
    _check(name, len(words))
    store = SessionStore(context.places)
    try:
        return _action(name)(context, store, words)
    except (SessionError, SaveError) as error:
        raise UsageError(str(error)) from None
    finally:
        for sentence in store.problems():
            complain(sentence)


_TAKES: Mapping[str, tuple[int, int | None, str]] = {
    "list": (0, 0, ""),
    "show": (1, 1, "ID"),
    "search": (1, None, "WORDS"),
    "export": (0, None, "ID… or --all"),
    "import": (0, None, "FILE… or -m MODEL"),
    "rm": (1, None, "ID…"),
    "restore": (1, None, "ID…"),
    "rename": (2, None, "ID TITLE"),
}
"""How many words each action takes, and what these are."""


def _check(name: str, count: int) -> None:
    least, most, takes = _TAKES[name]
    if count < least or (most is not None and count > most):
        raise UsageError(f"it is used as: llmtui sessions {name} {takes}".rstrip())


def _action(name: str) -> Act:
    match name:
        case "list":
            return _list
        case "show":
            return _show
        case "rename":
            return _rename
        case "search":
            from llmtui.cli.verbs.session_search import search

            return search
        case "export":
            from llmtui.cli.verbs.session_export import export

            return export
        case "import":
            from llmtui.cli.verbs.session_import import import_files

            return import_files
        case _:
            from llmtui.cli.verbs import session_trash

            return session_trash.remove if name == "rm" else session_trash.restore


def _list(context: Context, store: SessionStore, words: list[str]) -> int:
    if context.parsed.given("trash"):
        from llmtui.cli.verbs.session_trash import list_trash

        return list_trash(context, store)
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


def _show(context: Context, store: SessionStore, words: list[str]) -> int:
    session = store.open(session_id(context.places, words[0]))
    if context.parsed.given("json"):
        messages = [message_to(message) for message in session.path()]
        say_json({**fields_of(session), "messages": messages})
        return 0
    text = transcript(session.path(), session.title)
    say(clean(text) if is_terminal(STDOUT) else text)
    return 0


def _rename(context: Context, store: SessionStore, words: list[str]) -> int:
    wanted, *rest = words
    title = " ".join(" ".join(rest).split())
    if not title:
        raise UsageError("a session needs a title: llmtui sessions rename ID TITLE")
    session = store.open(session_id(context.places, wanted))
    if session.read_only:
        raise SaveError(session.read_only)
    session.title, session.title_by = title, "user"
    store.file_of(session).save(Snapshot.of(session))
    if context.parsed.given("json"):
        say_json({"id": session.id, "title": title})
    return 0
