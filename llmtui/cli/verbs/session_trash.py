"""``llmtui sessions rm`` and ``restore``, and the list of what is in the trash."""

from __future__ import annotations

import sys
from collections.abc import Callable

from llmtui.cli.context import (
    Context,
    begins,
    say,
    say_json,
    session_id,
    session_ids,
    tell,
)
from llmtui.cli.options import UsageError
from llmtui.cli.tables import table
from llmtui.human import age
from llmtui.store.erasing import remove_sessions
from llmtui.store.errors import SaveError
from llmtui.store.session_store import SessionStore


def list_trash(context: Context, store: SessionStore) -> int:
    """What is in the trash, last deleted first."""
    found = store.trashed.entries()
    if context.parsed.given("json"):
        say_json(
            [
                {
                    **one.session._asdict(),
                    "deleted": one.deleted,
                    "branch_of": one.branch_of,
                }
                for one in found
            ]
        )
        return 0
    rows = [
        [
            one.id,
            age(one.deleted),
            "branch" if one.branch_of else "session",
            str(one.session.messages),
            one.session.title or "untitled",
        ]
        for one in found
    ]
    say(table(["ID", "DELETED", "WHAT", "MESSAGES", "TITLE"], rows))
    return 0


def remove(context: Context, store: SessionStore, words: list[str]) -> int:
    """Move sessions to the trash, or take them away for good."""
    if context.parsed.given("for-good"):
        return _remove_for_good(context, store, words)
    ids = [session_id(context.places, word) for word in words]
    return _each(context, "removed", ids, store.trash)


def _remove_for_good(context: Context, store: SessionStore, words: list[str]) -> int:
    saved = set(session_ids(context.places))
    trashed = {one.id for one in store.trashed.entries()}
    ids = [_one_of(saved | trashed, word) for word in words]
    if not context.parsed.given("yes") and not _agreed(len(ids)):
        return 1

    emptied = remove_sessions(store, ids)
    code = _each(context, "removed", ids, lambda one: None)
    if not emptied:
        raise SaveError(
            "removed, but another window is writing the search index, which may have "
            f"words of it until {context.places.search_index} is deleted"
        )
    return code


def _agreed(count: int) -> bool:
    """Ask on standard error, where there is somebody to answer."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            "what is removed for good is asked for; without a terminal: --yes"
        )
    what = "1 session" if count == 1 else f"{count} sessions"
    tell(f"remove {what} for good? Nothing brings it back. [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def restore(context: Context, store: SessionStore, words: list[str]) -> int:
    """Bring sessions and branches back."""
    trashed = {one.id for one in store.trashed.entries()}
    ids = [_one_of(trashed, word) for word in words]
    return _each(context, "restored", ids, store.restore)


def _one_of(ids: set[str], word: str) -> str:
    """The one id that begins with a word; raises ``UsageError``."""
    if word in ids:
        return word
    found = [one for one in ids if word and begins(one.lower(), word.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} of them begin with {word!r}: give more of it")
    raise UsageError(
        f"there is no session {word!r} in the trash; see: llmtui sessions list --trash"
    )


def _each(
    context: Context, done: str, ids: list[str], act: Callable[[str], object]
) -> int:
    for one in dict.fromkeys(ids):
        act(one)
    if context.parsed.given("json"):
        say_json({done: list(dict.fromkeys(ids))})
    return 0
