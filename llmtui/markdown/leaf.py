"""A block that still grows."""

from __future__ import annotations

from llmtui.markdown import lines as ln
from llmtui.markdown.block import Block, Kind
from llmtui.markdown.definitions import Definition, definition_in


class Leaf:
    """The open paragraph, fence or table of a scanner."""

    __slots__ = (
        "after",
        "closed",
        "end",
        "fence",
        "gap",
        "id",
        "indent",
        "info",
        "joined",
        "kind",
        "last",
        "level",
        "lines",
        "number",
        "opened",
        "path",
        "piece",
        "size",
        "start",
        "sure",
    )

    def __init__(
        self,
        kind: Kind,
        lines: list[str],
        info: str = "",
        *,
        level: int = 0,
        number: int = 0,
        piece: int = 0,
        joined: bool = False,
        fence: str = "",
    ) -> None:
        self.kind: Kind = kind
        self.lines = lines
        self.info = info
        self.level = level
        self.number = number
        self.piece = piece
        self.joined = joined
        self.fence = fence
        """What opened a fence, or what will close a formula; else ""."""
        self.closed = False
        self.id = 0
        """Which one of the source it is, from 1."""
        self.indent = 0
        self.path: tuple[str, ...] = ()
        self.opened = 0
        self.gap = False
        self.after = ""
        """The kind of the block before it."""
        self.size = sum(map(len, lines))
        self.start = self.last = self.end = 0
        """Where in the source it begins, its last line begins, and that one ends."""
        self.sure: tuple[int, int, int] | None = None
        """Of a definition that may go on: its lines so far, where the last of them
        ends, and where the line behind it begins."""

    @property
    def verbatim(self) -> bool:
        """Whether lines belong to it as they are, until its end is found."""
        return bool(self.fence)

    @property
    def in_formula(self) -> bool:
        """Whether a formula is open in it: it may be one, or be a paragraph."""
        return self.verbatim and self.kind != "code"

    def copy(self) -> Leaf:
        """One that grows on its own."""
        twin = Leaf(
            self.kind,
            self.lines.copy(),
            self.info,
            level=self.level,
            number=self.number,
            piece=self.piece,
            joined=self.joined,
            fence=self.fence,
        )
        twin.indent = self.indent
        twin.path, twin.opened, twin.gap = self.path, self.opened, self.gap
        twin.after = self.after
        twin.start, twin.last, twin.end = self.start, self.last, self.end
        twin.id = self.id
        twin.sure = self.sure
        return twin

    def add(self, line: str, start: int, end: int) -> None:
        """A line more, which is in the source from ``start`` to ``end``."""
        self.lines.append(line)
        self.size += len(line) + 1
        self.last, self.end = start, end

    def extend(self, text: str, end: int) -> None:
        """Go on with the last line, as far as ``end`` in the source."""
        self.end = end
        if self.lines:
            self.lines[-1] += text
        else:
            self.lines.append(text)
        self.size += len(text)

    def strip(self) -> None:
        """Drop blank lines at the end."""
        while self.lines and not self.lines[-1].strip():
            self.lines.pop()

    def definition(self) -> Definition | None:
        """The definition it is, as far as it has come."""
        if self.kind != "paragraph" or self.piece or self.lines[0][:1] != "[":
            return None
        return definition_in("\n".join(self.lines))

    def parted(self) -> Leaf:
        """Take off the definition it begins with, and go on with what is behind."""
        assert self.sure is not None
        lines, end, start = self.sure
        first = self.copy()
        first.kind, first.lines, first.end = "definition", self.lines[:lines], end
        self.lines, self.start, self.sure = self.lines[lines:], start, None
        self.size = sum(map(len, self.lines))
        self.gap, self.opened = False, len(self.path)
        return first

    def ends(self, rest: str) -> bool:
        """Whether a line closes this fence."""
        fence = ln.fence_of(rest)
        return fence is not None and not fence[1] and fence[0].startswith(self.fence)

    def so_far(self, *, in_line: bool) -> str:
        """The code in it that is sure, ``in_line`` if its last line may go on.

        Blank lines at the end of indented code may not belong to it.
        """
        sure = len(self.lines)
        while not self.fence and sure and not self.lines[sure - 1].strip():
            sure -= 1
        text = "\n".join(self.lines[:sure])
        if not text and not self.piece:
            return ""
        return text if in_line and sure == len(self.lines) else f"{text}\n"

    def block(self) -> Block:
        """What it is so far."""
        return Block(
            self.kind,
            "\n".join(self.lines),
            self.path,
            self.opened,
            self.gap,
            self.info,
            self.level,
            self.number,
            self.piece,
            self.joined,
            self.closed,
            self.start,
            self.end,
            self.id,
        )

    def start_piece(self, start: int, *, joined: bool) -> None:
        """Begin the next piece of the same thing, at ``start`` in the source."""
        self.start = self.last = self.end = start
        self.lines = []
        self.size = 0
        self.piece += 1
        self.joined = joined
        self.gap = False
        self.opened = len(self.path)
