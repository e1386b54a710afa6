"""What one line of Markdown can be, as far as that shows in the line itself."""

from __future__ import annotations

import re
from typing import NamedTuple

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|\Z)")
RULE = re.compile(r" {0,3}([-_*])[ \t]*(?:\1[ \t]*){2,}\Z")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
QUOTE_MARK = re.compile(r" {0,3}>")
_ITEM = re.compile(r"( {0,3})([-+*]|[0-9]{1,9}[.)])([ \t]+|\Z)")
ALERT = re.compile(
    r"[ \t]*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\Z", re.IGNORECASE
)
"""The first line of a quote that GitHub draws as an alert."""
NOTE = re.compile(r" {0,3}\[\^([^\]\[\s^]{1,40})\]:[ \t]*")
"""The beginning of a footnote."""
TASK = re.compile(r"\[([ xX])\](?:[ \t]+|\Z)")
_DELIMITER = re.compile(r":?-+:?\Z")
_NOT_DELIMITERS = re.compile(r"[^-:| \t]")


def fence_of(line: str) -> tuple[str, str] | None:
    """The fence a line consists of, and what stands behind it.

    >>> fence_of("~~~ py x "), fence_of("``` a ` b")
    (('~~~', 'py x'), None)
    """
    found = _FENCE.match(line)
    if found is None:
        return None
    info = line[found.end() :].strip(" \t")
    return None if found[1][0] == "`" and "`" in info else (found[1], info)


def heading_of(line: str) -> tuple[int, str] | None:
    """Level and text of a heading.

    >>> heading_of("## Two ##"), heading_of("#one"), heading_of("#")
    ((2, 'Two'), None, (1, ''))
    """
    found = _HEADING.match(line)
    if found is None:
        return None
    text = line[found.end() :].strip(" \t")
    bare = text.rstrip("#")
    if bare != text and (not bare or bare[-1] in " \t"):
        text = bare.rstrip(" \t")
    return len(found[1]), text


def indent_of(line: str) -> int:
    """The blanks that a line (without leading tabs) starts with."""
    return len(line) - len(line.lstrip(" "))


def untab(line: str, column: int = 0) -> str:
    """The line, which begins in ``column``, with the tabs of its indent as spaces.

    >>> untab("\\t\\tx\\ty"), untab("\\tx", 1)
    ('        x\\ty', '   x')
    """
    if "\t" not in line:
        return line
    body = line.lstrip(" \t")
    indent = " " * column + line[: len(line) - len(body)]
    return indent.expandtabs(4)[column:] + body


def outdented(line: str, columns: int, column: int = 0) -> str:
    """The line, which begins in ``column``, without that many columns of its indent.

    Tabs behind them stay; of one that is cut the rest is spaces.

    >>> outdented("    x", 2), outdented(" x", 2), outdented("\\t\\tx", 1, 1)
    ('  x', 'x', '  \\tx')
    """
    at, end = 0, column + columns
    while column < end and line[at : at + 1] in (" ", "\t"):
        column += 1 if line[at] == " " else 4 - column % 4
        at += 1
    return " " * (column - end) + line[at:]


class Item(NamedTuple):
    """The mark of a list item at the start of a line."""

    mark: str
    """``-``, ``+``, ``*`` or the ``.`` or ``)`` behind a number."""
    number: int
    """Of an ordered item, else -1."""
    indent: int
    """Columns that a line needs to belong to the item."""
    rest: str


def item_of(line: str, column: int = 0) -> Item | None:
    """The list item that ``line`` starts, if it does; the line begins in ``column``.

    >>> item_of("  12) twelve")
    Item(mark=')', number=12, indent=6, rest='twelve')
    >>> item_of("-minus"), item_of("- ").rest
    (None, '')
    """
    found = _ITEM.match(line)
    if found is None:
        return None
    before, sign, after = found.groups()
    start = len(before) + len(sign)
    blanks = len((" " * (column + start) + after).expandtabs(4)) - column - start
    if found.end() == len(line):
        blanks, rest = 1, ""
    elif blanks > 4:
        rest, blanks = " " * (blanks - 1) + line[found.end() :], 1
    else:
        rest = line[found.end() :]
    number = -1 if len(sign) == 1 else int(sign[:-1])
    return Item(sign[-1], number, start + blanks, rest)


def cells_of(row: str) -> list[str]:
    """The cells of a table's row; a pipe with a backslash before it is text.

    >>> cells_of("| a | b \\\\| c |")
    ['a', 'b | c']
    """
    row = row.strip(" \t")
    row = row.removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    if "\\|" not in row:
        return [cell.strip(" \t") for cell in row.split("|")]
    return [
        cell.replace("\\|", "|").strip(" \t") for cell in re.split(r"(?<!\\)\|", row)
    ]


def row_cells(row: str, count: int) -> list[str]:
    """Exactly ``count`` cells of a row; what is too much is in the last one.

    >>> row_cells("a|b|c", 2), row_cells("a", 2)
    (['a', 'b | c'], ['a', ''])
    """
    cells = cells_of(row)
    if len(cells) > count:
        cells[count - 1 :] = [" | ".join(cells[count - 1 :])]
    return cells + [""] * (count - len(cells))


def open_cell(row: str, count: int) -> int:
    """Which of ``count`` cells of a row may go on, -1 if none of those it has.

    >>> open_cell("| a | b", 3), open_cell("| a | b | ", 3), open_cell("a|b|c|", 2)
    (1, -1, 1)
    """
    cells, row = len(cells_of(row)), row.rstrip(" \t")
    ended = row.endswith("|") and not row.endswith("\\|")
    return -1 if ended and cells < count else min(cells, count) - 1


def is_table_head(head: str, delimiters: str) -> bool:
    """Whether two lines begin a table.

    >>> is_table_head("a | b", "---|:-:"), is_table_head("a", "---")
    (True, False)
    """
    if "|" not in head or "-" not in delimiters or _NOT_DELIMITERS.search(delimiters):
        return False
    cells = cells_of(delimiters)
    return len(cells) == len(cells_of(head)) and all(map(_DELIMITER.match, cells))


def cut_place(text: str) -> int:
    """Where a line is cut that is longer than ``text``, its beginning.

    The best place is behind a sentence, then a space, in the second half, where
    no code and no strong text is open; one that splits an emoji is the worst.

    >>> cut_place("One sentence. More words")
    14
    """
    half = len(text) // 2
    for mark in (". ", " "):
        at = text.rfind(mark, half)
        for _ in range(40):
            if at < half:
                break
            head = text[: at + len(mark)]
            if head.count("`") % 2 == 0 and head.count("**") % 2 == 0:
                return at + len(mark)
            at = text.rfind(mark, half, at)
    space = text.rfind(" ", half) + 1
    if space:
        return space
    at = len(text)
    while at > half and not _starts_cell(text, at):
        at -= 1
    return at if at > half else len(text)


def _starts_cell(text: str, at: int) -> bool:
    """Whether the character at ``at`` is sure not to belong to the one before it."""
    before = text[at - 1]
    after = text[at : at + 1] or " "
    return before < "\u0300" and after < "\u0300"
