"""From lines to blocks: the block structure of Markdown, one line at a time.

CommonMark's own method (its appendix "A parsing strategy"): a line first
continues the quotes and items that are open, then may open new ones, and what
is left belongs to a leaf. Nothing is read twice and nothing looks ahead, so the
blocks are a function of the source alone. A leaf that grows long is cut, which
bounds what an open one costs to lay out.

Deviations, each on purpose: link definitions and HTML are shown as the text
they are, a table ends at a line without a pipe, a long paragraph over ``---``
is no heading, and after ``DEPTH`` containers marks are text.
"""

from __future__ import annotations

from typing import NamedTuple

from llmtui.ui.widgets.log import lines as ln
from llmtui.ui.widgets.log.block import (
    CODE_CHARS,
    CODE_LINES,
    DEPTH,
    QUOTE,
    ROW_CHARS,
    TABLE_ROWS,
    TEXT_CHARS,
    Block,
)
from llmtui.ui.widgets.log.leaf import Leaf

_SETEXT_CHARS = 100
_SET_APART = {"code", "table", "rule", "math", "heading"}


class Container(NamedTuple):
    """An open quote (``indent`` 0) or list item."""

    shown: str
    indent: int = 0
    mark: str = ""
    number: int = -1


class Scanner:
    """Takes lines, gives blocks. Small enough to be copied for a look ahead."""

    __slots__ = ("blank", "codes", "containers", "last", "leaf", "out", "shown")

    def __init__(self) -> None:
        self.out: list[Block] = []
        """Finished blocks; the owner empties it."""
        self.containers: list[Container] = []
        self.leaf: Leaf | None = None
        self.shown = 0
        """How many containers an emitted block has shown."""
        self.blank = False
        self.codes = 0
        self.last = ""
        """The kind of the block before."""

    def copy(self) -> Scanner:
        """A scanner that goes on from here and leaves this one as it is."""
        twin = Scanner()
        twin.containers = self.containers.copy()
        twin.leaf = self.leaf and self.leaf.copy()
        twin.shown = self.shown
        twin.blank = self.blank
        twin.codes = self.codes
        twin.last = self.last
        return twin

    # -- lines -------------------------------------------------------------------

    def line(self, text: str) -> None:
        """A line from its start, without its line end."""
        rest, depth = self._continued(text)
        leaf = self.leaf
        if leaf is not None and leaf.verbatim:
            if depth == len(self.containers):
                self._verbatim(leaf, rest)
                return
            self.close()
        rest = ln.untab(rest)
        if not rest.strip(" "):
            self._blank(depth)
            return
        opened, rest, depth = self._new_containers(rest, depth)
        if not opened and depth < len(self.containers):
            if self._is_lazy(rest):
                self._text(rest)
                return
            self._pop(depth)
        self._leaf(rest)

    def rest(self, text: str) -> None:
        """What goes on in the line that was begun, where a long one is cut."""
        leaf = self.leaf
        if leaf is not None and leaf.verbatim:
            if leaf.size > CODE_CHARS:
                self._cut(leaf, joined=True)
            leaf.extend(text)
        elif leaf is not None and leaf.kind == "table" and leaf.lines:
            leaf.extend(text)
            if len(leaf.lines[-1]) > ROW_CHARS:
                self.close()
        elif text.strip(" \t"):
            self.close()
            self._open(Leaf("paragraph", [text], piece=1, joined=True))

    def close(self) -> None:
        """End the leaf; show the marks of items that have nothing in them."""
        if self.leaf is None:
            if self.shown < len(self.containers):
                self._open(Leaf("paragraph", [""]))
            else:
                return
        leaf, self.leaf = self.leaf, None
        assert leaf is not None
        if leaf.kind == "code" and not leaf.fence:
            leaf.strip()
        self.out.append(leaf.block())

    # -- containers --------------------------------------------------------------

    def _continued(self, text: str) -> tuple[str, int]:
        """What is left of a line behind the marks of the containers it continues."""
        depth = 0
        for container in self.containers:
            text = ln.untab(text)
            if container.shown == QUOTE:
                found = ln.QUOTE_MARK.match(text)
                if found is None:
                    break
                text = text[found.end() :]
            elif not text.strip(" "):
                text = ""
            elif ln.indent_of(text) >= container.indent:
                text = text[container.indent :]
            else:
                break
            depth += 1
        return text, depth

    def _new_containers(self, rest: str, depth: int) -> tuple[bool, str, int]:
        """Open the quotes and items that ``rest`` begins with."""
        opened = False
        while depth < DEPTH and ln.indent_of(rest) < 4:
            if found := ln.QUOTE_MARK.match(rest):
                container, rest = Container(QUOTE), rest[found.end() :]
            elif item := self._item(rest, depth):
                container, rest = self._numbered(item, depth)
            else:
                break
            self._pop(depth)
            self.containers.append(container)
            depth, opened = depth + 1, True
            rest = ln.untab(rest)
        return opened, rest, depth

    def _item(self, rest: str, depth: int) -> ln.Item | None:
        """The item that a line begins here: rules and paragraphs come first."""
        item = ln.item_of(rest)
        if item is None or ln.RULE.match(rest):
            return None
        in_text = self.leaf is not None and self.leaf.kind == "paragraph"
        if in_text and depth == len(self.containers):
            if not item.rest.strip(" ") or item.number > 1:
                return None
            if ln.UNDERLINE.match(rest):
                return None
        return item

    def _numbered(self, item: ln.Item, depth: int) -> tuple[Container, str]:
        """The container of an item; an ordered one counts on from its neighbour."""
        number = item.number
        rest = item.rest
        if number >= 0:
            if depth < len(self.containers):
                before = self.containers[depth]
                if before.mark == item.mark and before.number >= number:
                    number = before.number + 1
            shown = f"{number}{item.mark}"
        elif task := ln.TASK.match(rest):
            shown, rest = f"[{task[1]}]", rest[task.end() :]
        else:
            shown = "-"
        return Container(shown, item.indent, item.mark, number), rest

    def _pop(self, depth: int) -> None:
        if depth < len(self.containers):
            self.close()
            del self.containers[depth:]
            self.shown = min(self.shown, depth)
        elif self.leaf is not None:
            self.close()

    # -- leaves ------------------------------------------------------------------

    def _open(self, leaf: Leaf) -> None:
        leaf.path = tuple([c.shown for c in self.containers])
        leaf.opened, leaf.after = self.shown, self.last
        free = not any(c.indent for c in self.containers)
        leaf.gap = bool(self.last and not leaf.piece) and (
            self.blank
            or (free and leaf.kind in _SET_APART)
            or (free and self.last in _SET_APART and self.last != "heading")
        )
        self.shown = len(self.containers)
        self.blank = False
        self.last = leaf.kind
        self.leaf = leaf

    def _cut(self, leaf: Leaf, *, joined: bool = False) -> None:
        """Emit what a long leaf holds and let it go on."""
        self.out.append(leaf.block())
        leaf.start_piece(joined=joined)

    def _verbatim(self, leaf: Leaf, rest: str) -> None:
        if leaf.ends(rest):
            self.close()
        else:
            if len(leaf.lines) >= CODE_LINES or leaf.size > CODE_CHARS:
                self._cut(leaf)
            leaf.add(ln.untab(rest)[leaf.outdent(rest) :] if leaf.indent else rest)

    def _blank(self, depth: int) -> None:
        leaf = self.leaf
        if (
            depth == len(self.containers)
            and leaf is not None
            and leaf.kind == "code"
            and len(leaf.lines) < CODE_LINES
        ):
            leaf.add("")
            return
        if leaf is not None:
            self.close()
        for at in range(depth, len(self.containers)):
            if self.containers[at].shown == QUOTE:
                self._pop(at)
                break
        self.blank = True

    def _is_lazy(self, rest: str) -> bool:
        """Whether a line without its marks goes on with the open paragraph."""
        if self.leaf is None or self.leaf.kind != "paragraph":
            return False
        return ln.indent_of(rest) >= 4 or not (
            ln.fence_of(rest) or ln.heading_of(rest) or ln.RULE.match(rest)
        )

    def _leaf(self, rest: str) -> None:
        leaf = self.leaf
        in_text = leaf is not None and leaf.kind == "paragraph"
        if ln.indent_of(rest) >= 4 and not in_text:
            self._indented(rest)
        elif fence := ln.fence_of(rest):
            self.close_if_open()
            self.codes += 1
            opened = Leaf("code", [], fence[1], number=self.codes, fence=fence[0])
            opened.indent = ln.indent_of(rest)
            self._open(opened)
        elif heading := ln.heading_of(rest):
            self.close_if_open()
            self._open(Leaf("heading", [heading[1]], level=heading[0]))
            self.close()
        elif in_text and self._under(rest):
            return
        elif ln.RULE.match(rest):
            self.close_if_open()
            self._open(Leaf("rule", [rest.strip(" ")]))
            self.close()
        elif leaf is not None and leaf.kind == "table" and "|" in rest:
            if len(leaf.lines) >= TABLE_ROWS:
                self._cut(leaf)
            leaf.add(rest)
        elif math := ln.MATH_OPEN.match(rest):
            self.close_if_open()
            self._open(Leaf("math", [rest], fence=math[1]))
        else:
            self._text(rest)

    def close_if_open(self) -> None:
        if self.leaf is not None:
            self.close()

    def _indented(self, rest: str) -> None:
        leaf = self.leaf
        if leaf is None or leaf.kind != "code":
            self.close_if_open()
            self.codes += 1
            leaf = Leaf("code", [], number=self.codes)
            self._open(leaf)
        elif len(leaf.lines) >= CODE_LINES or leaf.size > CODE_CHARS:
            self._cut(leaf)
        leaf.add(rest[4:])

    def _under(self, rest: str) -> bool:
        """Whether the line turns the paragraph above it into a heading or a table."""
        leaf = self.leaf
        assert leaf is not None
        if (found := ln.UNDERLINE.match(rest)) and len(leaf.lines) == 1:
            if leaf.size > _SETEXT_CHARS:
                return False
            leaf.kind, leaf.level = "heading", 1 if found[1][0] == "=" else 2
            leaf.lines = [leaf.lines[0].strip(" \t")]
            self.last = "heading"
            self.close()
            return True
        if not ln.is_table_head(leaf.lines[-1], rest):
            return False
        head = leaf.lines.pop()
        if leaf.lines:
            self.close()
        else:
            self.leaf = None
            self.shown, self.blank, self.last = leaf.opened, leaf.gap, leaf.after
        self._open(Leaf("table", [], f"{head}\n{rest}"))
        return True

    def _text(self, rest: str) -> None:
        leaf = self.leaf
        if leaf is None or leaf.kind != "paragraph":
            self.close_if_open()
            self._open(Leaf("paragraph", [rest.lstrip(" ")]))
            return
        if leaf.size > TEXT_CHARS:
            self._cut(leaf)
        leaf.add(rest.lstrip(" "))
