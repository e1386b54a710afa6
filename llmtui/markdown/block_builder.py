"""The inner half of the scanner: which leaf a line belongs to, and where it is cut."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.markdown import lines as ln
from llmtui.markdown.block import (
    CODE_CHARS,
    CODE_LINES,
    QUOTE,
    ROW_CHARS,
    TABLE_ROWS,
    TEXT_CHARS,
    Block,
)
from llmtui.markdown.leaf import Leaf

_SETEXT_CHARS = 100
_SET_APART = {"code", "table", "rule", "math", "heading"}


class Container(NamedTuple):
    """An open quote or list item."""

    shown: str
    """As it stands in :attr:`Block.path`."""
    indent: int = 0
    """Columns that a line needs to belong to an item."""
    mark: str = ""
    number: int = -1
    start: int = 0
    """Where the line of its mark begins in the source."""
    end: int = 0
    """Where that line ends."""

    @property
    def is_quote(self) -> bool:
        return self.shown.startswith(QUOTE)


class BlockBuilder:
    """The open leaf of a source, and the blocks that are finished."""

    __slots__ = (
        "at",
        "blank",
        "codes",
        "containers",
        "last",
        "leaf",
        "leaves",
        "out",
        "shown",
        "to",
    )

    def __init__(self) -> None:
        self.out: list[Block] = []
        """Finished blocks."""
        self.containers: list[Container] = []
        """The quotes and items that are open; the scanner's to change."""
        self.leaf: Leaf | None = None
        self.leaves = 0
        """How many leaves were opened."""
        self.shown = 0
        """How many containers a finished block has shown."""
        self.blank = False
        """Whether the line before was blank."""
        self.codes = 0
        self.last = ""
        """The kind of the last block, "" for none."""
        self.at = self.to = 0
        """Where the line that is taken begins and ends in the source."""

    def copy(self) -> BlockBuilder:
        """One that goes on from here with an ``out`` of its own."""
        twin = BlockBuilder()
        twin.containers = self.containers.copy()
        twin.leaf = self.leaf and self.leaf.copy()
        twin.leaves = self.leaves
        twin.shown = self.shown
        twin.blank = self.blank
        twin.codes = self.codes
        twin.last = self.last
        twin.at, twin.to = self.at, self.to
        return twin

    # -- what the scanner asks and says ------------------------------------------

    @property
    def in_text(self) -> bool:
        """Whether a paragraph is open."""
        return self.leaf is not None and self.leaf.kind == "paragraph"

    def verbatim(self, rest: str) -> None:
        """A line within a fence or a formula."""
        leaf = self.leaf
        assert leaf is not None
        if leaf.ends(rest):
            leaf.closed = bool(rest.strip())
            if leaf.kind == "math" and rest.strip(" \t"):
                leaf.add(rest, self.at, self.to)
            elif leaf.kind == "code":
                leaf.end = self.to
            self.close()
            return
        if len(leaf.lines) >= CODE_LINES or leaf.size > CODE_CHARS:
            self._cut(leaf)
        self._add(ln.outdented(rest, leaf.indent))

    def blank_line(self, rest: str, *, inside: bool) -> None:
        """A blank line; ``inside`` says that all containers go on."""
        leaf = self.leaf
        if leaf is not None:
            if inside and leaf.kind == "code" and len(leaf.lines) < CODE_LINES:
                # Its place is noted with the next line: it may not belong to it.
                leaf.add(rest[4:], leaf.last, leaf.end)
                return
            self.close()
        self.blank = True

    def line(self, rest: str, code: str) -> None:
        """A line that is not blank, behind the marks of its containers.

        ``code`` is what it is in indented code, with the tabs it has there.
        """
        leaf = self.leaf
        if ln.indent_of(rest) >= 4 and not self.in_text:
            self._indented(code)
        elif fence := ln.fence_of(rest):
            self.codes += 1
            opened = Leaf("code", [], fence[1], number=self.codes, fence=fence[0])
            opened.indent = ln.indent_of(rest)
            self._open(opened)
        elif heading := ln.heading_of(rest):
            self._open(Leaf("heading", [heading[1]], level=heading[0]))
            self.close()
        elif self.in_text and self._under(rest):
            return
        elif ln.RULE.match(rest):
            self._open(Leaf("rule", [rest.strip(" ")]))
            self.close()
        elif leaf is not None and leaf.kind == "table" and "|" in rest:
            if len(leaf.lines) >= TABLE_ROWS:
                self._cut(leaf)
            self._add(rest)
        elif math := ln.MATH_OPEN.match(rest):
            self._open(Leaf("math", [rest], fence=math[1]))
        else:
            self.text(rest)

    def text(self, rest: str) -> None:
        """A line of a paragraph."""
        leaf = self.leaf
        if leaf is None or leaf.kind != "paragraph":
            self._open(Leaf("paragraph", [rest.lstrip(" ")]))
            return
        if leaf.size > TEXT_CHARS:
            self._cut(leaf)
        self._add(rest.lstrip(" "))

    def rest(self, text: str) -> None:
        """What goes on in the line that was begun, where a long one is cut."""
        leaf = self.leaf
        if leaf is not None and leaf.verbatim:
            if leaf.size > CODE_CHARS:
                self._cut(leaf, joined=True)
            leaf.extend(text, self.to)
        elif leaf is not None and leaf.kind == "table" and leaf.lines:
            leaf.extend(text, self.to)
            if len(leaf.lines[-1]) > ROW_CHARS:
                self.close()
        elif text.strip(" \t"):
            self._open(Leaf("paragraph", [text], piece=1, joined=True))

    def close(self) -> None:
        """Finish the leaf; show the marks of items that have nothing in them."""
        if self.leaf is None:
            if self.shown == len(self.containers):
                return
            self._open(Leaf("paragraph", [""]))
            assert self.leaf is not None
            self.leaf.end = self.containers[-1].end
        leaf, self.leaf = self.leaf, None
        assert leaf is not None
        if leaf.kind == "code" and not leaf.fence:
            leaf.strip()
        self.out.append(leaf.block())

    # -- leaves ------------------------------------------------------------------

    def _add(self, line: str) -> None:
        assert self.leaf is not None
        self.leaf.add(line, self.at, self.to)

    def _open(self, leaf: Leaf, at: int | None = None) -> None:
        """Begin a leaf, in this line if not where ``at`` says."""
        if self.leaf is not None:
            self.close()
        leaf.last, leaf.end = self.at, self.to
        leaf.start = self.at if at is None else at
        if self.shown < len(self.containers):
            leaf.start = min(leaf.start, self.containers[self.shown].start)
        leaf.path = tuple([c.shown for c in self.containers])
        leaf.opened, leaf.after = self.shown, self.last
        in_list = any(c.indent for c in self.containers)
        apart = leaf.kind in _SET_APART or self.last in _SET_APART - {"heading"}
        leaf.gap = bool(self.last and not leaf.piece) and (
            self.blank or (apart and not in_list)
        )
        self.leaves += 1
        leaf.id = self.leaves
        self.shown = len(self.containers)
        self.blank = False
        self.last = leaf.kind
        self.leaf = leaf

    def _cut(self, leaf: Leaf, *, joined: bool = False) -> None:
        """Finish what a long leaf holds and let it go on."""
        self.out.append(leaf.block())
        leaf.start_piece(self.at, joined=joined)

    def _indented(self, text: str) -> None:
        leaf = self.leaf
        if leaf is None or leaf.kind != "code":
            self.codes += 1
            leaf = Leaf("code", [], number=self.codes)
            self._open(leaf)
        elif len(leaf.lines) >= CODE_LINES or leaf.size > CODE_CHARS:
            self._cut(leaf)
        leaf.add(text, self.at, self.to)

    def _under(self, rest: str) -> bool:
        """Whether the line turns the paragraph above it into a heading or a table."""
        leaf = self.leaf
        assert leaf is not None
        if (found := ln.UNDERLINE.match(rest)) and (
            len(leaf.lines) == 1 or found[1][0] == "="
        ):
            if leaf.size > _SETEXT_CHARS:
                return False
            leaf.kind, leaf.level = "heading", 1 if found[1][0] == "=" else 2
            leaf.lines = [line.strip(" \t") for line in leaf.lines]
            leaf.end = self.to
            self.last = "heading"
            self.close()
            return True
        if not ln.is_table_head(leaf.lines[-1], rest):
            return False
        head, at = leaf.lines.pop(), leaf.last
        leaf.end = at - 1
        if not leaf.lines:
            # Nothing is left of the paragraph: the table stands in its place.
            self.leaf = None
            self.shown, self.blank, self.last = leaf.opened, leaf.gap, leaf.after
        self._open(Leaf("table", [], f"{head}\n{rest}"), at)
        return True
