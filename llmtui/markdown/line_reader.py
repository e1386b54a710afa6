"""From lines to leaves, CommonMark's own way (its appendix "A parsing strategy").

A line first continues the quotes and items that are open, then may open new ones,
and what is left belongs to a leaf. Nothing looks ahead.
"""

from __future__ import annotations

from typing import NamedTuple

from llmtui.markdown import lines as ln
from llmtui.markdown.block import DEPTH, NOTE, QUOTE
from llmtui.markdown.block_builder import BlockBuilder
from llmtui.markdown.drawings import begins_drawing
from llmtui.markdown.text_builder import Container


class Line(NamedTuple):
    """A line of the source, or what goes on in a long one."""

    text: str
    at: int
    """Where it begins in the source."""
    goes_on: bool = False


class LineReader:
    """Reads lines, and says in which quotes and items each of them is."""

    __slots__ = ("builder",)

    def __init__(self, builder: BlockBuilder | None = None) -> None:
        self.builder = builder or BlockBuilder()
        """The leaf that is open, and the blocks that are finished."""

    def copy(self) -> LineReader:
        """A reader that goes on from here, with no finished blocks yet."""
        return LineReader(self.builder.copy())

    def read(self, line: Line) -> None:
        """Put a line where it belongs."""
        text, builder = line.text, self.builder
        builder.at, builder.to = line.at, line.at + len(text)
        if line.goes_on:
            builder.rest(text)
            return
        containers = builder.containers
        rest, depth, column = self.continued(text)
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

    def continued(self, text: str) -> tuple[str, int, int]:
        """What is left of a line behind the marks of the containers it continues,
        their number, and the column in which it begins."""
        depth = column = 0
        for container in self.builder.containers:
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
            self.builder.containers.append(container)
            depth, opened = depth + 1, True
            rest = ln.untab(rest, column)
        return opened, rest, depth

    def _item(self, rest: str, depth: int, column: int) -> ln.Item | None:
        """The item that a line begins here: rules and paragraphs come first."""
        item = ln.item_of(rest, column)
        if item is None or ln.RULE.match(rest):
            return None
        if self.builder.in_text and depth == len(self.builder.containers):
            if not item.rest.strip(" ") or item.number > 1:
                return None
            if ln.UNDERLINE.match(rest):
                return None
        return item

    def _numbered(self, item: ln.Item, depth: int) -> tuple[Container, str]:
        """The container of an item; an ordered one counts on from its neighbour."""
        number = item.number
        rest = item.rest
        containers = self.builder.containers
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
        at, to = self.builder.at, self.builder.to
        return Container(shown, item.indent, item.mark, number, at, to), rest

    def _quote(self, alert: str) -> Container:
        return Container(QUOTE + alert, start=self.builder.at, end=self.builder.to)

    def _note(self, label: str) -> Container:
        at, to = self.builder.at, self.builder.to
        return Container(NOTE + label, indent=4, start=at, end=to)

    def _leave(self, depth: int) -> None:
        """Close the leaf, and the containers from ``depth`` on."""
        builder = self.builder
        if depth < len(builder.containers):
            builder.close()
            del builder.containers[depth:]
            builder.shown = min(builder.shown, depth)
        elif builder.leaf is not None:
            builder.close()

    def _blank(self, rest: str, depth: int) -> None:
        """A blank line ends quotes without their mark, and an item without a word."""
        containers = self.builder.containers
        self.builder.blank_line(rest, inside=depth == len(containers))
        for at in range(depth, len(containers)):
            if containers[at].is_quote:
                self._leave(at)
                break
        if self.builder.shown < len(containers) and not containers[-1].is_quote:
            self._leave(len(containers) - 1)
        self.builder.blank = True

    def _is_lazy(self, rest: str) -> bool:
        """Whether a line without its marks goes on with the open paragraph."""
        return self.builder.in_text and (
            ln.indent_of(rest) >= 4
            or not (
                ln.fence_of(rest)
                or ln.heading_of(rest)
                or ln.RULE.match(rest)
                or begins_drawing(rest)
            )
        )
