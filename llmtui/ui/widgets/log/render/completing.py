"""What a lexer sees as a whole only: here-documents, long brackets, code in code.

Most lexers take a here-document for one when its end is there, and read its lines as
code before. So a text with one that is open is read with its end put behind it, and
what follows with the line before it that has opened it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pygments.lexer import Lexer


class Begun(NamedTuple):
    """Something that is open behind a text."""

    at: int
    """Where in the text the line begins that opens it."""
    opening: str
    """That line."""
    closing: str
    """What would close it right behind the text."""
    code: bool
    """Whether there is code of another language within it."""


class _Kind(NamedTuple):
    """One way to write many lines within code."""

    opening: re.Pattern[str]
    closed: Callable[[re.Match[str]], str]
    """The expression that finds its end behind the line that opens it."""
    closing: Callable[[re.Match[str]], str]
    sample: str
    """A line that opens it."""
    goes_on: bool = False
    """Whether its end may stand in the line that opens it."""
    code: bool = False
    """Whether there is code of another language within it."""


def _kind(opening: str, closing: str, sample: str, *, code: bool = False) -> _Kind:
    """One that may end in any line; ``{}`` in its end is a group of its opening."""

    def end(found: re.Match[str]) -> str:
        return closing.format(*found.groups(""))

    pattern = re.compile(opening, re.MULTILINE)
    return _Kind(pattern, lambda found: re.escape(end(found)), end, sample, True, code)


def _here(opening: str, sample: str) -> _Kind:
    """A here-document: it ends with a line that has its name."""
    return _Kind(
        re.compile(opening),
        lambda found: rf"^[ \t]*{found['name']}\b",
        lambda found: f"{found['name']}\n",
        sample,
    )


def _column(found: re.Match[str]) -> int:
    """In which column of YAML the key stands, or the dash if there is no key."""
    dashes = found["dashes"]
    return len(found[1]) + len(dashes if found["key"] else dashes.rstrip()[:-1])


_KINDS = (
    _here(
        r"(?<!<)<<[-~]?[ \t]*([\"'`]?)(?P<name>[A-Za-z_]\w*)\1",
        "x <<X",
    ),
    _here(r"<<<[ \t]*([\"']?)(?P<name>[A-Za-z_]\w*)\1", "<?php $x = <<<X"),
    _Kind(
        re.compile(
            r"^( *)(?P<dashes>(?:- +)*)(?P<key>[^\s#-][^\n]*:[ ]+)?"
            r"(?<=[: ])[|>][-+0-9]{0,2}[ ]*$",
            re.MULTILINE,
        ),
        lambda found: rf"^ {{0,{_column(found)}}}[^\s]",
        lambda found: "",
        "x: |",
    ),
    _Kind(
        re.compile(r"^__END__$", re.MULTILINE),
        lambda found: r"(?!)",
        lambda found: "",
        "__END__",
    ),
    _kind(r"^=(begin)\b", "\n=end\n", "=begin"),
    _kind(r"^=(?:pod|head\d|over|item|encoding|for)\b", "\n=cut\n", "=pod\n"),
    _kind(r"--\[(=*)\[", "]{0}]", "--[["),
    _kind(r"(?<!--)\[(=*)\[", "]{0}]", "x = [["),
    _kind(r"\bR\"(\w*)\(", '){0}"', 'auto x = R"('),
    _kind(r"\br(#+)\"", '"{0}', 'let x = r#"'),
    _kind(r"@\"", '"', 'x = @"'),
    _kind(r'"""', '"""', 'x = """'),
    _kind(r"'''", "'''", "x = '''"),
    _kind(r"^###(?!#)", "###", "###"),
    _kind(r"\{#", "#}}", "{#"),
    _kind(r"<%#", "%>", "<%#"),
    _kind(r"<!\[CDATA\[", "]]>", "<![CDATA["),
    _kind(r"\(\*", "*)", "(*"),
    _kind(r"\{", "}}", "{"),
    _kind(r"(?i)<(script|style)\b[^>\n]*>", "</{0}>", "<script>", code=True),
    _kind(r"^(```+|~~~+)\w+$", "\n{0}\n", "```js", code=True),
)


def begun_in(lexer: Lexer, text: str) -> Iterator[Begun]:
    """What may be open behind a text: whether it is, the lexer must say."""
    for number in _kinds_of(lexer):
        kind = _KINDS[number]
        at = 0
        while found := kind.opening.search(text, at):
            line_end = text.find("\n", found.end()) + 1
            if not line_end:
                break
            behind = found.end() if kind.goes_on else line_end
            closed = re.compile(kind.closed(found), re.MULTILINE).search(text, behind)
            if closed is None:
                start = text.rfind("\n", 0, found.start()) + 1
                yield Begun(
                    start, text[start:line_end], _closing(kind, found, text), kind.code
                )
                break
            at = max(closed.end(), found.end())


def _closing(kind: _Kind, found: re.Match[str], text: str) -> str:
    closing = kind.closing(found)
    return closing.removeprefix("\n") if text.endswith("\n") else closing


@lru_cache(64)
def _kinds_of(lexer: Lexer) -> tuple[int, ...]:
    """Which kinds a language has."""
    return tuple(n for n, kind in enumerate(_KINDS) if _knows(lexer, kind))


def _knows(lexer: Lexer, kind: _Kind) -> bool:
    """Whether a line is read otherwise where the line above it opens something."""
    found = kind.opening.search(kind.sample)
    assert found is not None
    head, word = f"{kind.sample}\n", "return" if kind.code else "body"
    text = f"{head} {word}\n"
    inside = _token_at(lexer, text + _closing(kind, found, text), len(head) + 1)
    outside = _token_at(lexer, f"{word}\n", 0)
    return is_held(inside, code=kind.code) and not is_held(outside, code=kind.code)


def _token_at(lexer: Lexer, text: str, place: int) -> Any:
    """The kind of the token that a character is in."""
    found = lexer.get_tokens_unprocessed(text)
    return next(kind for at, kind, value in found if at <= place < at + len(value))


def is_held(token: Any, *, code: bool = False) -> bool:
    """Whether a token can stand within something that is open, or is of code."""
    from pygments.token import Comment, Keyword, Name, String

    if code:
        return token in Keyword
    return token in String or token in Comment or token in Name.Constant
