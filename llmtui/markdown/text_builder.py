"""The leaves of a source: how they open, grow, are cut and end."""

from __future__ import annotations

from typing import NamedTuple, Self

from llmtui.markdown.block import QUOTE, TEXT_CHARS, Block
from llmtui.markdown.formulas import closed_at, ends_sentence, opening_of, parts_of
from llmtui.markdown.leaf import Leaf

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


class TextBuilder:
    """The open leaf of a source, and the blocks that are finished."""

    __slots__ = (
        "at",
        "blank",
        "codes",
        "containers",
        "last",
        "leaf",
        "leaves",
        "multiline",
        "out",
        "shown",
        "to",
    )

    def __init__(self) -> None:
        self.out: list[Block] = []
        """Finished blocks."""
        self.containers: list[Container] = []
        """The quotes and items that are open; the reader's to change."""
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
        self.multiline = False
        """Whether a formula may go on in the next line."""
        self.at = self.to = 0
        """Where the line that is taken begins and ends in the source."""

    def copy(self) -> Self:
        """One that goes on from here with an ``out`` of its own."""
        twin = type(self)()
        twin.containers = self.containers.copy()
        twin.leaf = self.leaf and self.leaf.copy()
        twin.leaves = self.leaves
        twin.shown = self.shown
        twin.blank = self.blank
        twin.codes = self.codes
        twin.last = self.last
        twin.multiline = self.multiline
        twin.at, twin.to = self.at, self.to
        return twin

    @property
    def in_text(self) -> bool:
        """Whether a paragraph is open."""
        return self.leaf is not None and self.leaf.kind == "paragraph"

    def text(self, rest: str, read: int = 0, *, joined: bool = False) -> None:
        """A line of a paragraph, and the formulas on their own that are in it.

        ``read`` is how much of it is known to begin no formula, ``joined`` says that
        it goes on in a line where something else has ended.
        """
        rest = rest.lstrip(" ")
        to = self.to
        begin = to - len(rest)
        for part in parts_of(rest, read, multiline=self.multiline):
            if joined:
                self.at = begin + part.start
            self.to = begin + part.stop
            source = rest[part.start : part.stop]
            if part.is_formula:
                self._formula(source, part.awaited, joined=joined)
            else:
                self._words(source.lstrip(" "), joined=joined)
                assert self.leaf is not None
                self.leaf.fence = part.awaited
            joined = True
        self.to = to

    def _words(self, text: str, *, joined: bool) -> None:
        leaf = self.leaf
        if joined or leaf is None or leaf.kind != "paragraph":
            self._open(Leaf("paragraph", [text], joined=joined))
            return
        if (definition := leaf.definition()) is not None:
            if not definition.may_go_on(text) or leaf.size > TEXT_CHARS:
                self._open(Leaf("paragraph", [text]))
                return
            leaf.sure = len(leaf.lines), leaf.end, self.at
        if leaf.size > TEXT_CHARS:
            self._cut(leaf)
        self._add(text)

    # -- formulas ----------------------------------------------------------------

    def _formula(self, source: str, awaited: str, *, joined: bool) -> None:
        self._open(Leaf("math", [source], fence=awaited, joined=joined))
        if not awaited:
            assert self.leaf is not None
            self.leaf.closed = True
            self.close()

    def in_formula(self, rest: str) -> None:
        """A line that goes on with a formula."""
        leaf = self.leaf
        assert leaf is not None
        if leaf.kind == "math":
            self._add(rest)
            self._look_for_end(leaf)
            return
        rest = rest.lstrip(" ")
        end = closed_at(rest, 0, leaf.fence)
        if end < 0:
            self._add(rest)
        else:
            leaf.fence = ""
            self.text(rest, end)

    def longer_formula(self, text: str) -> None:
        """What goes on in the line that was begun, within a formula."""
        leaf = self.leaf
        assert leaf is not None
        leaf.extend(text, self.to)
        if leaf.kind == "math":
            self._look_for_end(leaf)
        elif leaf.fence in text:
            leaf.fence = ""

    def _look_for_end(self, leaf: Leaf) -> None:
        """Finish a formula if its last line closes it; the words behind go on."""
        if leaf.fence not in leaf.lines[-1]:
            return
        source = "\n".join(leaf.lines)
        end = closed_at(source, len(opening_of(leaf.fence)), leaf.fence)
        if end < 0:
            return
        leaf.closed, behind = True, source[end:]
        if ends_sentence(behind):
            self.close()
            return
        leaf.lines[-1] = leaf.lines[-1][: -len(behind)]
        leaf.end = self.to - len(behind)
        self.close()
        self.text(behind, joined=True)

    # -- leaves ------------------------------------------------------------------

    def take_back(self) -> str:
        """Forget the last line of the open paragraph, which is returned.

        Where nothing is left of it something else may stand in its place.
        """
        leaf = self.leaf
        assert leaf is not None
        line = leaf.lines.pop()
        leaf.end = leaf.last - 1
        if not leaf.lines:
            self.leaf = None
            self.shown, self.blank, self.last = leaf.opened, leaf.gap, leaf.after
        return line

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
        self._part(leaf)
        if leaf.definition() is not None:
            leaf.kind = "definition"
        self.out.append(leaf.block())

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
        self._part(leaf)
        self.out.append(leaf.block())
        leaf.start_piece(self.at, joined=joined)

    def _part(self, leaf: Leaf) -> None:
        """Finish the definition that a paragraph begins with."""
        if leaf.sure is not None and leaf.definition() is None:
            self.out.append(leaf.parted().block())
            self.leaves += 1
            leaf.id = self.leaves
