"""Where links lead that are named elsewhere: ``[label]: address "title"``.

CommonMark's "link reference definitions". A paragraph may begin with some; each
becomes a block of its own, so that what is written above it finds it as soon as
its line has ended.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from llmtui.markdown.block import LINE_CHARS

_DEFINITION = re.compile(
    r"""\[(?P<label>(?!\^)(?=[^\]]*[^\s\]])(?:[^\\\[\]]|\\.){1,999})\]:
    [ \t]*\n?[ \t]*
    (?P<url><(?:[^<>\\\n]|\\.)*>|[^\s<]\S*)
    (?:[ \t]*(?:[ \t]|\n)[ \t]*
      (?P<title>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))
    )?
    [ \t]*\Z""",
    re.VERBOSE | re.DOTALL,
)
_LABEL = re.compile(r"\[([^\[\]]{1,999})\]")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_LONGEST = LINE_CHARS // 2
"""Characters of a line: one that is cut because of its length is never one."""
_TITLES = ('"', "'", "(")


class Definition(NamedTuple):
    """A label, and where it leads."""

    label: str
    """As labels are compared: see :func:`plain_label`."""
    url: str
    """As it is written: with escapes, without the brackets around it."""
    titled: bool
    place: tuple[int, int]
    """Where the address stands in the text."""

    def may_go_on(self, line: str) -> bool:
        """Whether the line that follows may be its title, or the beginning of it."""
        return not self.titled and line.startswith(_TITLES)


def definition_in(text: str) -> Definition | None:
    """The definition that a text, from its label to its end, consists of.

    >>> definition_in('[a]: <b c>\\n"title"')
    Definition(label='A', url='b c', titled=True, place=(6, 9))
    >>> definition_in("[a]: b c"), definition_in("[^1]: note"), definition_in("[a]:")
    (None, None, None)
    """
    if not text.startswith("[") or max(map(len, text.split("\n"))) > _LONGEST:
        return None
    found = _DEFINITION.match(text)
    if found is None:
        return None
    start, end = found.span("url")
    if text[start] == "<":
        start, end = start + 1, end - 1
    elif not _is_balanced(text[start:end]):
        return None
    label, titled = plain_label(found["label"]), found["title"] is not None
    return Definition(label, text[start:end], titled, (start, end))


def ended_part(text: str) -> str:
    """As much of a definition as is one without the last line, which may go on."""
    lines = text.split("\n")[:-1]
    while lines and definition_in("\n".join(lines)) is None:
        lines.pop()
    return "\n".join(lines)


def plain_label(label: str) -> str:
    """A label in the form in which labels are compared.

    >>> plain_label(" Two\\n words"), plain_label("ẞ")
    ('TWO WORDS', 'SS')
    """
    return " ".join(label.split()).lower().upper()


def labels_in(text: str) -> set[str]:
    """All that may name a definition in a text; more than there are, never less."""
    if "]" not in text:
        return set()
    escaped = "\\[" in text or "\\]" in text
    labels = _labels_with_escapes(text) if escaped else set(_LABEL.findall(text))
    return {plain_label(label) for label in labels}


def _labels_with_escapes(text: str) -> set[str]:
    found = set()
    start = len(text)
    for mark in _BRACKET.finditer(text):
        if mark[0] == "[":
            start = mark.end()
        elif mark[0] == "]":
            if 0 < mark.start() - start < 1_000:
                found.add(text[start : mark.start()])
            start = len(text)
    return found


def _is_balanced(url: str) -> bool:
    """Whether the parentheses in an address without brackets have their others."""
    depth = 0
    for character in _ESCAPED.sub("", url):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
