"""What is shown of a source: notes last, long code folded once it is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, takewhile

from llmtui.desktop.diagrams import is_drawable
from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.code import language_of
from llmtui.markdown.notes import NotesLast

LONG = 40
"""Code of more lines is worth folding, if the user set nothing else."""
_HEAD = 10
"""Lines of it that are then shown."""

Folds = Callable[[Block, int], bool]
"""Whether code is folded: its first piece, and the lines it has."""


class ShownBlocks:
    """The blocks of a growing source in the order they are read in, long code folded.

    What was given stays, but for the notes at the end, and for code that has ended
    and is folded: then all its pieces are taken back.
    """

    __slots__ = ("_folds", "_open", "_order", "settled")

    def __init__(self, folds: Folds) -> None:
        self._folds = folds
        self._order = NotesLast()
        self._open: list[Block] = []
        """The finished pieces of code that has not ended."""
        self.settled = 0
        """How many of the blocks that were given stay."""

    def more(self, source: Blocks, *, live: bool = False) -> tuple[int, list[Block]]:
        """How many of the blocks given so far stay, and those that follow them.

        ``live``: see ``Blocks.tail``. Costs what is new, not what was there.
        """
        before = self._order.settled
        found = self._order.from_settled(source, live=live)
        new = self._order.settled - before
        finished, others = found[:new], found[new:]
        start, shown = self.settled, []
        leaf = source.open_leaf
        open_id = leaf.id if leaf is not None and leaf.kind == "code" else 0
        if self._open and self._open[0].leaf != open_id:
            ended = _count(finished, self._open[0].leaf)
            pieces = [*self._open, *finished[:ended]]
            whole = list(folded(pieces, self._folds))
            if whole != pieces:
                start -= len(self._open)
                shown = whole
            else:
                shown = finished[:ended]
            finished, self._open = finished[ended:], []
        cut = len(finished) - _count(finished[::-1], open_id)
        shown += [*folded(finished[:cut], self._folds), *finished[cut:]]
        self._open += finished[cut:]
        self.settled = start + len(shown)
        return start, shown + others


def _count(blocks: Sequence[Block], leaf: int) -> int:
    """How many of the first blocks are pieces of one thing."""
    return sum(1 for _ in takewhile(lambda block: block.leaf == leaf, blocks))


def folded(blocks: Sequence[Block], folds: Folds) -> Iterator[Block]:
    """Blocks with the beginning alone of each code that ``folds``.

    >>> long = Blocks("```\\n" + "x\\n" * 70 + "```").all()
    >>> [b.hidden for b in folded(long, lambda first, lines: lines > 40)]
    [60]
    """
    for _, group in groupby(blocks, lambda block: block.leaf):
        pieces = list(group)
        first, last = pieces[0], pieces[-1]
        lines = sum(b.text.count("\n") + (not b.joined) for b in pieces)
        long = first.kind == "code" and not first.piece and folds(first, lines)
        if not long or (first is last and _is_diagram(first)):
            yield from pieces
            continue
        head = first.text.split("\n")[:_HEAD]
        yield first._replace(
            text="\n".join(head), end=last.end, hidden=lines - len(head)
        )


def _is_diagram(block: Block) -> bool:
    """Whether it may be drawn, which needs all of it."""
    return block.closed and is_drawable(language_of(block.info), block.text)
