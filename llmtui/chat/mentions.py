"""Files that are named in what is typed: ``@src/a.py``, and paths that are dropped."""

from __future__ import annotations

import re
from typing import NamedTuple

_MENTION = re.compile(r'(?<!\S)@(?:"([^"\n]+)"|(\S+))')
_BEGUN = re.compile(r'(?<!\S)@(?:"([^"]*)|([^\s"]*))$')
_WRITTEN = re.compile(
    r"""(?<!\S)(?:'((?:~|\.\.?)?/[^'\n]+)'|"((?:~|\.\.?)?/[^"\n]+)\""""
    r"""|((?:~|\.\.?)?/(?!/)(?:\\.|[^\s\\])+))"""
)
_ESCAPED = re.compile(r"\\([^\w/])")
STOPS = ".,;:!?"
"""What ends a sentence or a part of it."""
_ENDS = f"{STOPS})]}}\"'"
_PICTURE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|bmp|tiff?|heic|avif|svg|pdf)$", re.IGNORECASE
)
_DOCUMENT = re.compile(
    r"\.(?:txt|md|rst|log|[ct]sv|jsonl?|xml|html?|ya?ml|toml|ini|cfg|conf|docx|xlsx"
    r"|odt|py|ipynb|[jt]sx?|css|sh|sql|rs|go|c|h|cpp|java|rb|php)$",
    re.IGNORECASE,
)
_ANY_ENDING = re.compile(r"/[^/]+\.[A-Za-z]\w*$")
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


def written_paths(text: str) -> list[Mention]:
    """Paths that say by their beginning that they are some, quoted or escaped as
    shells read them and terminals write them.

    >>> [m.path for m in written_paths("/tmp/a\\\\ b.png and '~/c d.pdf', //x a/b")]
    ['/tmp/a b.png', '~/c d.pdf']
    """
    return [
        Mention(
            found.start(), found.end(), found[1] or found[2] or unescaped_path(found[3])
        )
        for found in _WRITTEN.finditer(text)
    ]


def unescaped_path(path: str) -> str:
    """A path without what a shell needs: the quotes around it, else its backslashes.

    >>> unescaped_path("'/tmp/a b'"), unescaped_path("/tmp/a\\\\ b")
    ('/tmp/a b', '/tmp/a b')
    """
    for quote in "'\"":
        if len(path) > 1 and path[0] == path[-1] == quote:
            return path[1:-1]
    return _ESCAPED.sub(r"\1", path)


def is_picture_name(path: str) -> bool:
    """Whether a path ends as those of pictures and PDF documents do."""
    return _PICTURE.search(path) is not None


def must_be_file(path: str) -> bool:
    """Whether a mention can only mean a file, be it there or not: ``@app.route`` and
    ``@types/node`` may mean something else.

    >>> [must_be_file(p) for p in ("cat.png", "src/a.py", "./a", "a/b/c", "notes.txt")]
    [True, True, True, True, True]
    >>> [must_be_file(p) for p in ("app.route", "me", "types/node", 'app.get("/a/b")')]
    [False, False, False, False]
    """
    if "(" in path or "@" in path:
        return False
    if path.startswith(("/", "~/", "./", "../")) or path.count("/") > 1:
        return True
    endings = (_PICTURE, _DOCUMENT, _ANY_ENDING)
    return any(ending.search(path) for ending in endings)


def bare_name(path: str) -> str:
    """What stands in the text for a path once that is attached: what is elsewhere is
    known by its name alone, and no prompt begins with a slash.

    >>> bare_name("src/a.py"), bare_name("/tmp/b c.txt"), bare_name("~/src/")
    ('src/a.py', 'b c.txt', 'src')
    """
    if not path.startswith(("/", "~")):
        return path
    return path.rstrip("/").rpartition("/")[2] or path


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
