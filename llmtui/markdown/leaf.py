"""A block that still grows."""

from __future__ import annotations

from llmtui.markdown import lines as ln
from llmtui.markdown.block import Block, Kind


class Leaf:
    """The open paragraph, fence or table of a scanner."""

    __slots__ = (
        "after",
        "closed",
        "fence",
        "gap",
        "indent",
        "info",
        "joined",
        "kind",
        "level",
        "lines",
        "number",
        "opened",
        "path",
        "piece",
        "size",
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
        """What opened a fence or a formula, "" for everything else."""
        self.closed = False
        self.indent = 0
        self.path: tuple[str, ...] = ()
        self.opened = 0
        self.gap = False
        self.after = ""
        """The kind of the block before it."""
        self.size = sum(map(len, lines))

    @property
    def verbatim(self) -> bool:
        """Whether lines belong to it as they are, until its end is found."""
        return bool(self.fence)

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
        return twin

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line) + 1

    def extend(self, text: str) -> None:
        """Go on with the last line."""
        if self.lines:
            self.lines[-1] += text
        else:
            self.lines.append(text)
        self.size += len(text)

    def strip(self) -> None:
        """Drop blank lines at the end."""
        while self.lines and not self.lines[-1].strip():
            self.lines.pop()

    def ends(self, rest: str) -> bool:
        """Whether a line closes this fence or formula; a formula keeps it."""
        if self.kind == "math":
            if not rest.strip():
                return True
            if rest.rstrip(" \t").endswith(ln.MATH_CLOSE[self.fence]):
                self.add(rest)
                return True
            return False
        fence = ln.fence_of(rest)
        return fence is not None and not fence[1] and fence[0].startswith(self.fence)

    def outdent(self, line: str) -> int:
        """How much of the line's indent is the fence's own."""
        return min(self.indent, ln.indent_of(ln.untab(line)))

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
        )

    def start_piece(self, *, joined: bool) -> None:
        """Begin the next piece of the same thing."""
        self.lines = []
        self.size = 0
        self.piece += 1
        self.joined = joined
        self.gap = False
        self.opened = len(self.path)
