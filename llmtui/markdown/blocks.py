"""From a source that grows to its list of blocks, whatever pieces it comes in."""

from __future__ import annotations

from collections.abc import Sequence

from llmtui.markdown import lines as ln
from llmtui.markdown.block import LINE_CHARS, Block
from llmtui.markdown.definitions import ended_part
from llmtui.markdown.leaf import Leaf
from llmtui.markdown.open_line import is_pending, may_be_head
from llmtui.markdown.references import References
from llmtui.markdown.scanner import Scanner

_GROWING = ("paragraph", "heading", "table")


class Blocks:
    """The blocks of a Markdown source.

    ``frozen`` only ever grows. ``tail()`` is what is open: the last leaf and the
    line that has not ended. The two together depend on the source alone, not
    on how it was cut into pieces, and each piece costs its own length plus one
    look at the open leaf, which is bounded.

    >>> blocks = Blocks()
    >>> blocks.feed("# One\\n\\ntw")
    >>> [b.text for b in blocks.frozen], [b.text for b in blocks.tail()]
    (['One'], ['tw'])
    """

    __slots__ = ("_at", "_rest", "_scanner", "frozen", "in_line", "references")

    def __init__(self, source: str = "") -> None:
        self._scanner = Scanner()
        self.frozen = self._scanner.out
        self._rest = ""
        self._at = 0
        """Where in the source the rest begins that was not taken yet."""
        self.in_line = False
        """Whether the beginning of this line has been taken already."""
        self.references = References()
        """What its links name, as far as somebody has had them looked at."""
        if source:
            self.feed(source)

    def feed(self, text: str) -> None:
        """More of the source (cleaned: see ``llmtui.sanitise``)."""
        source = self._rest + text
        at = 0
        while True:
            end = source.find("\n", at, at + LINE_CHARS + 1)
            if end >= 0:
                self._take(self._scanner, source[at:end], self._at + at)
                self.in_line = False
                at = end + 1
            elif len(source) - at > LINE_CHARS:
                cut = ln.cut_place(source[at : at + LINE_CHARS])
                self._take(self._scanner, source[at : at + cut], self._at + at)
                self.in_line = True
                at += cut
            else:
                break
        self._rest = source[at:]
        self._at += at

    @property
    def open_leaf(self) -> Leaf | None:
        """The last block as far as its lines have ended, None between blocks."""
        return self._scanner.open_leaf

    def end(self) -> None:
        """The source ends here: what was open is finished."""
        if self._rest:
            self._take(self._scanner, self._rest, self._at)
            self._at += len(self._rest)
            self._rest = ""
        self._scanner.end()

    def tail(self, *, live: bool = False) -> list[Block]:
        """The open blocks, none or a few.

        ``live`` holds a last line back of which one cannot tell yet what it
        will be, such as a single dash: as a heading it would flash. So it does with
        a formula that is not closed. The last block is then one that ``grows``.
        """
        scanner = self._scanner.copy()
        leaf = scanner.open_leaf
        held = live and not self.in_line and is_pending(self._rest, leaf)
        if held and may_be_head(leaf):
            scanner.take_back()
        if self._rest and not held:
            self._take(scanner, self._rest, self._at)
        scanner.end()
        out = scanner.out
        if live and out and out[-1].kind == "math" and not out[-1].closed:
            out.pop()
        if live and out and out[-1].kind in _GROWING:
            out[-1] = out[-1]._replace(grows=True)
        return out

    def refer(
        self, blocks: Sequence[Block], at: int, settled: int, *, live: bool = False
    ) -> set[int]:
        """Find out what links name.

        ``blocks`` are those from the place ``at`` on, in the order they are read in;
        the first ``settled`` of them will stay. Returns the places of all blocks
        whose links have become others. While it is ``live`` the address of a
        definition is not sure before its line has ended.
        """
        sure = [
            block._replace(text=ended_part(block.text))
            if live and block.kind == "definition" and block.end > self._at
            else block
            for block in blocks
        ]
        return self.references.take(sure, at, settled if live else 0)

    def all(self) -> list[Block]:
        """The blocks of the source as it is now."""
        return self.frozen + self.tail()

    def _take(self, scanner: Scanner, text: str, at: int) -> None:
        if self.in_line:
            scanner.rest(text, at)
        else:
            scanner.line(text, at)


def plain_blocks(source: str) -> list[Block]:
    """The blocks of a text that is shown as typed, in bounded pieces."""
    found: list[Block] = []
    leaf = Leaf("plain", [])
    start = 0
    for line in source.split("\n"):
        at = 0
        while True:
            if leaf.lines and (len(leaf.lines) >= 64 or leaf.size > LINE_CHARS):
                found.append(leaf.block())
                leaf.start_piece(start + at, joined=at > 0)
            piece = line[at : at + LINE_CHARS]
            leaf.add(piece, start + at, start + at + len(piece))
            at += LINE_CHARS
            if at >= len(line):
                break
        start += len(line) + 1
    found.append(leaf.block())
    return found
