"""The names of files in the folder of sessions.

One rule for those who list and those who open: what is listed can be opened.
"""

from __future__ import annotations

import os


def is_session_id(text: str) -> bool:
    """Whether a session may be called so: the name of a file, and no hidden one.

    >>> [is_session_id(x) for x in ("20261128T1-ab", "my.chat", "größer als 3")]
    [True, True, True]
    >>> [is_session_id(x) for x in ("", ".", "..", ".hidden", "a/b", "a\\0b")]
    [False, False, False, False, False, False]
    """
    if not text or text.startswith("."):
        return False
    # Asked of each of thousands of files before the list of sessions shows.
    return not ("/" in text or "\0" in text or os.sep in text)


def session_of(name: str) -> str:
    """The id of the session that a file holds, "" if it holds none.

    >>> session_of("my.chat.json"), session_of("my.chat.lock"), session_of(".a.json")
    ('my.chat', '', '')
    """
    found = name.removesuffix(".json")
    return found if found != name and is_session_id(found) else ""


def journal_of(name: str) -> tuple[str, str]:
    """The ids of session and reply of a journal, "" both if it is none.

    An id of a reply is our own and has no dot.

    >>> journal_of("my.chat.20261128T1-ab.jsonl"), journal_of("a.json")
    (('my.chat', '20261128T1-ab'), ('', ''))
    """
    stem = name.removesuffix(".jsonl")
    session_id, dot, reply_id = stem.rpartition(".")
    if stem == name or not dot or not is_session_id(session_id):
        return "", ""
    return session_id, reply_id
