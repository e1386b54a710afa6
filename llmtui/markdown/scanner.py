"""From lines to blocks: the block structure of Markdown, one line at a time.

Nothing is read twice but what turns out to be no formula, so the blocks are a function
of the source alone. A leaf that grows long is cut, which bounds what an open one costs
to lay out.

Deviations from CommonMark, each on purpose: definitions of links are leaves, so are
drawings of boxes without a fence, HTML is text, a table ends at a line without a pipe,
a long paragraph over ``---`` is no heading, and after ``DEPTH`` containers marks are
text.
"""

from __future__ import annotations

from llmtui.markdown import lines as ln
from llmtui.markdown.block import Block
from llmtui.markdown.formulas import (
    goes_on,
    is_likely,
    may_hold_formula,
    opening_of,
)
from llmtui.markdown.leaf import Leaf
from llmtui.markdown.line_reader import Line, LineReader


class Attempt:
    """A formula that is open: a reader that takes it for one, and its lines.

    Nothing tells where it will be closed, or if at all. If it is not, its lines are
    read once more as what they are without it.
    """

    __slots__ = ("lines", "reader")

    def __init__(self, reader: LineReader) -> None:
        self.reader = reader
        self.lines: list[Line] = []

    def copy(self) -> Attempt:
        twin = Attempt(self.reader.copy())
        twin.reader.builder.out.extend(self.reader.builder.out)
        twin.lines = self.lines.copy()
        return twin

    def may_take(self, line: Line) -> bool:
        """Whether the formula may go on with a line."""
        builder = self.reader.builder
        leaf = builder.leaf
        assert leaf is not None
        lines, chars = len(self.lines), sum(len(held.text) for held in self.lines)
        rest = line.text
        if not line.goes_on:
            rest, depth, _ = self.reader.continued(line.text)
            if any(c.is_quote for c in builder.containers[depth:]):
                return False
            if ln.fence_of(rest):
                return False
        return goes_on(rest, leaf.fence, lines, chars)

    def take(self, line: Line) -> bool:
        """Read a line; returns whether the formula is still open."""
        self.reader.read(line)
        self.lines.append(line)
        leaf = self.reader.builder.leaf
        return leaf is not None and leaf.in_formula

    def is_likely(self) -> bool:
        """Whether it is shown as a formula where the source ends."""
        leaf = self.reader.builder.leaf
        assert leaf is not None
        if leaf.kind != "math":
            return True
        body = "\n".join(leaf.lines)[len(opening_of(leaf.fence)) :]
        return is_likely(body) and not (leaf.joined and not body.strip())


class Scanner:
    """Takes lines, gives blocks. Small enough to be copied for a look ahead."""

    __slots__ = ("_attempt", "_reader")

    def __init__(self, reader: LineReader | None = None) -> None:
        self._reader = reader or LineReader()
        self._attempt: Attempt | None = None

    @property
    def out(self) -> list[Block]:
        """The finished blocks."""
        return self._reader.builder.out

    @property
    def open_leaf(self) -> Leaf | None:
        """The block that is open, as far as it has come."""
        attempt = self._attempt
        reader = self._reader if attempt is None else attempt.reader
        return reader.builder.leaf

    def copy(self) -> Scanner:
        """A scanner that goes on from here and leaves this one as it is."""
        twin = Scanner(self._reader.copy())
        twin._attempt = self._attempt and self._attempt.copy()
        return twin

    def line(self, text: str, at: int) -> None:
        """A line without its line end, which begins at ``at`` in the source."""
        self._take(Line(text, at))

    def rest(self, text: str, at: int) -> None:
        """What goes on in the line that was begun, where a long one is cut."""
        self._take(Line(text, at, goes_on=True))

    def take_back(self) -> None:
        """Forget the last line of the open paragraph."""
        self._reader.builder.take_back()

    def end(self) -> None:
        """The source ends here."""
        attempt = self._attempt
        if attempt is not None:
            if attempt.is_likely():
                self._adopt(attempt)
            else:
                self._give_up(attempt)
        self._reader.builder.close()

    def _take(self, line: Line) -> None:
        """Read a line, or try whether it belongs to a formula of several lines."""
        attempt = self._attempt
        if attempt is not None and not attempt.may_take(line):
            self._give_up(attempt)
            attempt = None
        if attempt is None:
            leaf = self._reader.builder.leaf
            open_code = leaf is not None and leaf.verbatim
            if line.goes_on or open_code or not may_hold_formula(line.text):
                self._reader.read(line)
                return
            attempt = self._attempt = Attempt(self._reader.copy())
            attempt.reader.builder.multiline = True
        if not attempt.take(line):
            self._adopt(attempt)

    def _give_up(self, attempt: Attempt) -> None:
        """Read the lines of what is no formula as what they are without it."""
        self._attempt = None
        for line in attempt.lines:
            self._reader.read(line)

    def _adopt(self, attempt: Attempt) -> None:
        """Go on from behind a formula."""
        self._attempt = None
        builder = attempt.reader.builder
        builder.multiline = False
        out = self._reader.builder.out
        out.extend(builder.out)
        builder.out = out
        self._reader = attempt.reader
