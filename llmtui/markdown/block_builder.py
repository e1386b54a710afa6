"""The inner half of the reader: which leaf a line belongs to, and where it is cut."""

from __future__ import annotations

from llmtui.markdown import lines as ln
from llmtui.markdown.block import CODE_CHARS, CODE_LINES, ROW_CHARS, TABLE_ROWS
from llmtui.markdown.drawings import begins_drawing, continues_drawing
from llmtui.markdown.formulas import begins_formula
from llmtui.markdown.leaf import Leaf
from llmtui.markdown.text_builder import TextBuilder

_SETEXT_CHARS = 100


class BlockBuilder(TextBuilder):
    """Says of each line to which leaf it belongs."""

    __slots__ = ()

    def verbatim(self, rest: str) -> None:
        """A line within a fence or a formula."""
        leaf = self.leaf
        assert leaf is not None
        if leaf.in_formula:
            self.in_formula(rest)
            return
        if leaf.ends(rest):
            leaf.closed, leaf.end = True, self.to
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
        if leaf is not None and leaf.kind == "drawing" and continues_drawing(rest):
            if len(leaf.lines) >= CODE_LINES or leaf.size > CODE_CHARS:
                self._cut(leaf)
            self._add(rest)
        elif ln.indent_of(rest) >= 4 and not self.in_text:
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
        elif leaf is not None and leaf.kind == "table" and _is_row(rest):
            if len(leaf.lines) >= TABLE_ROWS:
                self._cut(leaf)
            self._add(rest)
        elif begins_drawing(rest):
            self._open(Leaf("drawing", [rest]))
        else:
            self.text(rest)

    def rest(self, text: str) -> None:
        """What goes on in the line that was begun, where a long one is cut."""
        leaf = self.leaf
        if leaf is not None and leaf.in_formula:
            self.longer_formula(text)
        elif leaf is not None and leaf.kind in ("code", "drawing"):
            if leaf.size > CODE_CHARS:
                self._cut(leaf, joined=True)
            leaf.extend(text, self.to)
        elif leaf is not None and leaf.kind == "table" and leaf.lines:
            leaf.extend(text, self.to)
            if len(leaf.lines[-1]) > ROW_CHARS:
                self.close()
        elif text.strip(" \t"):
            self._open(Leaf("paragraph", [text], piece=1, joined=True))

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
        if leaf.definition() is not None:
            return False
        if (found := ln.UNDERLINE.match(rest)) and (
            len(leaf.lines) == 1 or found[1][0] == "="
        ):
            if leaf.size > _SETEXT_CHARS:
                return False
            self._part(leaf)
            leaf.kind, leaf.info = "heading", found[1][0]
            leaf.level = 1 if leaf.info == "=" else 2
            leaf.lines = [line.strip(" \t") for line in leaf.lines]
            leaf.end = self.to
            self.last = "heading"
            self.close()
            return True
        if not ln.is_table_head(leaf.lines[-1], rest):
            return False
        at = leaf.last
        self._open(Leaf("table", [], f"{self.take_back()}\n{rest}"), at)
        return True


def _is_row(rest: str) -> bool:
    """Whether a line behind a table belongs to it."""
    return "|" in rest and not begins_formula(rest)
