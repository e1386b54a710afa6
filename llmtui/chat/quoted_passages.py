"""The passages that an answer quotes: in quotation marks, block quotes and code.

Pure. Markdown's own rules are followed as far as they tell where a quotation begins
and ends; single words in quotation marks quote nobody and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["quotation", "block", "code"]

_LONGEST = 5000
"""Characters; a mark that is closed so late was none."""
_WORDS = 3
_LETTERS = 12
"""Of a single word. What has fewer words and letters quotes nobody."""
_SIGNS = 6
"""The same for a script without spaces."""

_CLOSING = {
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    '"': '"',
}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_QUOTED_LINE = re.compile(r" {0,3}> ?(.*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


class Passage(NamedTuple):
    """One quoted passage."""

    text: str
    """What is quoted, without its marks."""
    line: int
    """Of the answer, where it begins, from 1 on."""
    kind: Kind


def quoted_passages(answer: str) -> list[Passage]:
    """The passages that ``answer`` quotes, in their order.

    >>> [p.text for p in quoted_passages('It says “the light is out”, a "fact".')]
    ['the light is out']
    >>> quoted_passages("So:\\n\\n> a b\\n> c")
    [Passage(text='a b\\nc', line=3, kind='block')]
    """
    return [one for one in _passages(answer) if _is_long(one.text)]


def _passages(answer: str) -> Iterator[Passage]:
    lines = answer.split("\n")
    at = 0
    while at < len(lines):
        if fence := _FENCE.match(lines[at]):
            end = _end_of_fence(lines, at, fence[1])
            yield Passage("\n".join(lines[at + 1 : end]), at + 1, "code")
            at = end + 1
        elif _QUOTED_LINE.match(lines[at]):
            end = at
            said = []
            while end < len(lines) and (quoted := _QUOTED_LINE.match(lines[end])):
                said.append(quoted[1])
                end += 1
            yield Passage(_without_marks("\n".join(said)), at + 1, "block")
            at = end
        else:
            end = at + 1
            while end < len(lines) and not _ends_paragraph(lines[end]):
                end += 1
            yield from _in_paragraph("\n".join(lines[at:end]), at + 1)
            at = end


def _end_of_fence(lines: list[str], at: int, fence: str) -> int:
    """The line that closes a fence; the end where none does."""
    for end in range(at + 1, len(lines)):
        line = lines[end].strip()
        if len(line) >= len(fence) and set(line) == {fence[0]}:
            return end
    return len(lines)


def _ends_paragraph(line: str) -> bool:
    return not line.strip() or bool(_FENCE.match(line) or _QUOTED_LINE.match(line))


def _in_paragraph(text: str, line: int) -> Iterator[Passage]:
    code = {found.start(): found for found in _CODE.finditer(text)}
    at = 0
    while at < len(text):
        if found := code.get(at):
            yield Passage(found[2].strip(), line + text.count("\n", 0, at), "code")
            at = found.end()
        elif (end := _closing(text, at, code)) is not None:
            said = text[at + 1 : end].strip()
            yield Passage(said, line + text.count("\n", 0, at), "quotation")
            at = end + 1
        else:
            at += 1


def _closing(text: str, at: int, code: dict[int, re.Match[str]]) -> int | None:
    """Where the quotation ends that begins here; None if none does."""
    closing = _CLOSING.get(text[at])
    if closing is None or not _opens(text, at):
        return None
    end = at + 1
    while end < min(len(text), at + _LONGEST):
        if found := code.get(end):
            end = found.end()
        elif text[end] in closing and _closes(text, end):
            return end
        else:
            end += 1
    return None


def _opens(text: str, at: int) -> bool:
    """Whether a mark begins something, where it could also be a closing one, an
    apostrophe or an inch.

    >>> [_opens(text, text.index('"')) for text in ('a "b', 'a " b', 'a." b', 'a" b')]
    [True, True, False, False]
    """
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if before.isalnum() and not is_unspaced(before):
        return False
    if not after.isspace():
        return True
    if text[at] == '"':
        return before.isspace() or before in "(["
    return text[at] != "”"


def _closes(text: str, at: int) -> bool:
    after = text[at + 1] if at + 1 < len(text) else " "
    return text[at] not in "'’\"" or not after.isalnum()


def _without_marks(text: str) -> str:
    """A block quote whose whole is in quotation marks once more, without them."""
    text = text.strip()
    if len(text) > 1 and text[-1] in _CLOSING.get(text[0], ""):
        return text[1:-1]
    return text


def _is_long(text: str) -> bool:
    words = text.split()
    if len(words) >= _WORDS or any(len(word) >= _LETTERS for word in words):
        return True
    return sum(map(is_unspaced, text)) >= _SIGNS


def is_unspaced(character: str) -> bool:
    """Whether its script is written without spaces: Chinese, Japanese, Thai, …"""
    at = ord(character)
    return 0x0E00 <= at <= 0x0EFF or 0x1000 <= at <= 0x109F or 0x2E80 <= at <= 0xA4CF
