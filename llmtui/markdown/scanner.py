"""From lines to blocks: the block structure of Markdown, one line at a time.

CommonMark's own method (its appendix "A parsing strategy"): a line first
continues the quotes and items that are open, then may open new ones, and what
is left belongs to a leaf. Nothing looks ahead, and nothing is read twice but what
turns out to be no formula, so the blocks are a function of the source alone. A leaf
that grows long is cut, which bounds what an open one costs to lay out.

Deviations, each on purpose: definitions of links are leaves, so are drawings of boxes
without a fence, HTML is text, a table ends at a line without a pipe, a long paragraph
over ``---`` is no heading, and after ``DEPTH`` containers marks are text.
"""

from __future__ import annotations

from typing import NamedTuple

from llmtui.markdown import lines as ln
from llmtui.markdown.block import DEPTH, NOTE, QUOTE, Block
from llmtui.markdown.block_builder import BlockBuilder
from llmtui.markdown.drawings import begins_drawing
from llmtui.markdown.formulas import (
    goes_on,
    is_likely,
    may_hold_formula,
    opening_of,
)
from llmtui.markdown.leaf import Leaf
from llmtui.markdown.text_builder import Container


class Line(NamedTuple):
    """A line of the source, or what goes on in a long one."""

    text: str
    at: int
    """Where it begins in the source."""
    goes_on: bool = False


class Attempt:
    """A formula that is open: a scanner that takes it for one, and its lines.

    Nothing tells where it will be closed, or if at all. If it is not, its lines are
    read once more as what they are without it.
    """

    __slots__ = ("lines", "scanner")

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self.lines: list[Line] = []

    def copy(self) -> Attempt:
        twin = Attempt(self.scanner.copy())
        twin.scanner.out.extend(self.scanner.out)
        twin.lines = self.lines.copy()
        return twin

    def is_likely(self) -> bool:
        """Whether it is shown as a formula where the source ends."""
        leaf = self.scanner.open_leaf
        assert leaf is not None
        if leaf.kind != "math":
            return True
        body = "\n".join(leaf.lines)[len(opening_of(leaf.fence)) :]
        return is_likely(body) and not (leaf.joined and not body.strip())


class Scanner:
    """Takes lines, gives blocks. Small enough to be copied for a look ahead."""

    __slots__ = ("_attempt", "_builder")

    def __init__(self, builder: BlockBuilder | None = None) -> None:
        self._builder = builder or BlockBuilder()
        self._attempt: Attempt | None = None

    @property
    def out(self) -> list[Block]:
        """The finished blocks."""
        return self._builder.out

    @property
    def open_leaf(self) -> Leaf | None:
        """The block that is open, as far as it has come."""
        attempt = self._attempt
        return self._builder.leaf if attempt is None else attempt.scanner.open_leaf

    def copy(self) -> Scanner:
        """A scanner that goes on from here and leaves this one as it is."""
        twin = Scanner(self._builder.copy())
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
        self._builder.take_back()

    def end(self) -> None:
        """The source ends here."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            if attempt.is_likely():
                self._adopt(attempt.scanner)
            else:
                for line in attempt.lines:
                    self._read(line)
        self._builder.close()

    # -- formulas of several lines -----------------------------------------------

    def _take(self, line: Line) -> None:
        """Read a line, or try whether it belongs to a formula of several lines."""
        attempt = self._attempt
        if attempt is None:
            leaf = self._builder.leaf
            open_code = leaf is not None and leaf.verbatim
            if line.goes_on or open_code or not may_hold_formula(line.text):
                self._read(line)
                return
            attempt = Attempt(Scanner(self._builder.copy()))
            attempt.scanner._builder.multiline = True
        elif not attempt.scanner._may_take(line, attempt):
            self._attempt = None
            for held in attempt.lines:
                self._read(held)
            self._take(line)
            return
        attempt.scanner._read(line)
        attempt.lines.append(line)
        leaf = attempt.scanner._builder.leaf
        is_open = leaf is not None and leaf.in_formula
        self._attempt = attempt if is_open else None
        if not is_open:
            self._adopt(attempt.scanner)

    def _may_take(self, line: Line, attempt: Attempt) -> bool:
        """Whether the formula that is open may go on with a line."""
        leaf = self._builder.leaf
        assert leaf is not None
        lines, chars = len(attempt.lines), sum(len(held.text) for held in attempt.lines)
        rest = line.text
        if not line.goes_on:
            rest, depth, _ = self._continued(line.text)
            if any(c.is_quote for c in self._builder.containers[depth:]):
                return False
            if ln.fence_of(rest):
                return False
        return goes_on(rest, leaf.fence, lines, chars)

    def _adopt(self, scanner: Scanner) -> None:
        """Go on from where ``scanner`` is, which began as a copy of this one."""
        builder = scanner._builder
        builder.multiline = False
        out = self._builder.out
        out.extend(builder.out)
        builder.out = out
        self._builder = builder

    # -- lines -------------------------------------------------------------------

    def _read(self, line: Line) -> None:
        text, builder = line.text, self._builder
        builder.at, builder.to = line.at, line.at + len(text)
        if line.goes_on:
            builder.rest(text)
            return
        containers = builder.containers
        rest, depth, column = self._continued(text)
        leaf = builder.leaf
        if leaf is not None and leaf.verbatim:
            # In a formula a line may do without the indent of its item.
            if depth == len(containers) or leaf.in_formula:
                builder.verbatim(rest)
                return
            builder.close()
        own, rest = rest, ln.untab(rest, column)
        if not rest.strip(" "):
            self._blank(rest, depth)
            return
        opened, rest, depth = self._new_containers(rest, depth, column)
        if not opened and depth < len(containers):
            if self._is_lazy(rest):
                builder.text(rest)
                return
            self._leave(depth)
        if rest.strip(" "):
            code = rest[4:] if opened else ln.outdented(own, 4, column)
            builder.line(rest, code)

    # -- containers --------------------------------------------------------------

    def _continued(self, text: str) -> tuple[str, int, int]:
        """What is left of a line behind the marks of the containers it continues,
        their number, and the column in which it begins."""
        depth = column = 0
        for container in self._builder.containers:
            bare = ln.untab(text, column)
            if container.is_quote:
                found = ln.QUOTE_MARK.match(bare)
                if found is None:
                    break
                column += found.end()
                text = ln.outdented(bare[found.end() :], 1, column)
                column += 1
            elif ln.indent_of(bare) >= container.indent or not bare.strip(" "):
                text = ln.outdented(text, container.indent, column)
                column += container.indent
            else:
                break
            depth += 1
        return text, depth, column

    def _new_containers(
        self, rest: str, depth: int, column: int
    ) -> tuple[bool, str, int]:
        """Open the quotes and items that ``rest`` begins with."""
        opened = False
        while depth < DEPTH and ln.indent_of(rest) < 4:
            if found := ln.QUOTE_MARK.match(rest):
                column += found.end()
                rest = ln.outdented(rest[found.end() :], 1, column)
                column += 1
                alert = ln.ALERT.match(rest)
                container = self._quote(alert[1].lower() if alert else "")
                rest = "" if alert else rest
            elif not depth and (note := ln.NOTE.match(rest)):
                container, rest = self._note(note[1]), rest[note.end() :]
                column += container.indent
            elif item := self._item(rest, depth, column):
                container, rest = self._numbered(item, depth)
                column += item.indent
            else:
                break
            self._leave(depth)
            self._builder.containers.append(container)
            depth, opened = depth + 1, True
            rest = ln.untab(rest, column)
        return opened, rest, depth

    def _item(self, rest: str, depth: int, column: int) -> ln.Item | None:
        """The item that a line begins here: rules and paragraphs come first."""
        item = ln.item_of(rest, column)
        if item is None or ln.RULE.match(rest):
            return None
        if self._builder.in_text and depth == len(self._builder.containers):
            if not item.rest.strip(" ") or item.number > 1:
                return None
            if ln.UNDERLINE.match(rest):
                return None
        return item

    def _numbered(self, item: ln.Item, depth: int) -> tuple[Container, str]:
        """The container of an item; an ordered one counts on from its neighbour."""
        number = item.number
        rest = item.rest
        containers = self._builder.containers
        if number >= 0:
            if depth < len(containers):
                before = containers[depth]
                if before.mark == item.mark and before.number >= number:
                    number = before.number + 1
            shown = f"{number}{item.mark}"
        elif task := ln.TASK.match(rest):
            shown, rest = f"[{task[1]}]", rest[task.end() :]
        else:
            shown = "-"
        at, to = self._builder.at, self._builder.to
        return Container(shown, item.indent, item.mark, number, at, to), rest

    def _quote(self, alert: str) -> Container:
        return Container(QUOTE + alert, start=self._builder.at, end=self._builder.to)

    def _note(self, label: str) -> Container:
        at, to = self._builder.at, self._builder.to
        return Container(NOTE + label, indent=4, start=at, end=to)

    def _leave(self, depth: int) -> None:
        """Close the leaf, and the containers from ``depth`` on."""
        builder = self._builder
        if depth < len(builder.containers):
            builder.close()
            del builder.containers[depth:]
            builder.shown = min(builder.shown, depth)
        elif builder.leaf is not None:
            builder.close()

    def _blank(self, rest: str, depth: int) -> None:
        """A blank line ends quotes without their mark, and an item without a word."""
        containers = self._builder.containers
        self._builder.blank_line(rest, inside=depth == len(containers))
        for at in range(depth, len(containers)):
            if containers[at].is_quote:
                self._leave(at)
                break
        if self._builder.shown < len(containers) and not containers[-1].is_quote:
            self._leave(len(containers) - 1)
        self._builder.blank = True

    def _is_lazy(self, rest: str) -> bool:
        """Whether a line without its marks goes on with the open paragraph."""
        return self._builder.in_text and (
            ln.indent_of(rest) >= 4
            or not (
                ln.fence_of(rest)
                or ln.heading_of(rest)
                or ln.RULE.match(rest)
                or begins_drawing(rest)
            )
        )
