"""Files that are named in what is typed: ``@src/a.py``, and paths that are dropped."""

from __future__ import annotations

import re
from typing import NamedTuple

_MENTION = re.compile(r'(?<!\S)@(?:"([^"\n]+)"|(\S+))')
_BEGUN = re.compile(r'(?<!\S)@(?:"([^"]*)|([^\s"]*))$')
_ENDS = ".,;:!?)]}\"'"
_LONGEST = 4096
"""Characters of a paste that may be paths."""


class Mention(NamedTuple):
    """A place in a text that may name a file."""

    start: int
    end: int
    path: str
    """What is named there."""


def mentions(text: str) -> list[Mention]:
    """What may be names of files in a text. Whether they are, who looks there knows.

    >>> [m.path for m in mentions('see @a.py, @"b c.txt" and me@x.org')]
    ['a.py,', 'b c.txt']
    """
    return [
        Mention(found.start(), found.end(), found[1] or found[2])
        for found in _MENTION.finditer(text)
    ]


def spellings(path: str) -> list[str]:
    """What may be meant: the path, and without the punctuation at its end.

    >>> spellings("a.py,"), spellings("a.py")
    (['a.py,', 'a.py'], ['a.py'])
    """
    return list(dict.fromkeys((path, path.rstrip(_ENDS))))


def begun_mention(before: str) -> tuple[int, str] | None:
    """The mention that is being typed at the end of ``before``: the column where its
    path begins, and the path so far; None if none is.

    >>> begun_mention("see @src/"), begun_mention("me@x"), begun_mention("@a b")
    ((5, 'src/'), None, None)
    """
    found = _BEGUN.search(before)
    if found is None:
        return None
    group = 1 if found[1] is not None else 2
    return found.start(group), found[group]


def bare_name(mention: str) -> str:
    """What stays in the text for a mention once that is attached.

    >>> bare_name("@src/a.py"), bare_name('@"b c.txt"')
    ('src/a.py', 'b c.txt')
    """
    return mention.removeprefix("@").strip('"')


def dropped_paths(pasted: str) -> list[str]:
    """The paths that a terminal pastes for files dropped on it; [] for anything else.

    Absolute ones only, quoted or escaped as shells read it, or ``file:`` URLs. Whether
    they are there, who looks knows.

    >>> dropped_paths("'/tmp/a b.txt' /tmp/c.png "), dropped_paths("/tmp/a\\\\ b")
    (['/tmp/a b.txt', '/tmp/c.png'], ['/tmp/a b'])
    >>> dropped_paths("file:///tmp/a%20b\\n"), dropped_paths("see /tmp/a")
    (['/tmp/a b'], [])
    """
    if len(pasted) > _LONGEST or "\n" in pasted.strip():
        return []
    import shlex

    try:
        words = shlex.split(pasted)
    except ValueError:
        return []
    paths = [_of_url(word) if word.startswith("file:") else word for word in words]
    return paths if all(path.startswith(("/", "~/")) for path in paths) else []


def _of_url(url: str) -> str:
    from urllib.parse import unquote, urlsplit

    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""
