"""What is shown of a source: notes last, long code folded once it is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

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

    What is settled never changes again. The pieces of code that is open are not:
    all but the first go when it is folded.
    """

    __slots__ = ("_folds", "_open", "_order", "settled")

    def __init__(self, folds: Folds) -> None:
        self._folds = folds
        self._order = NotesLast()
        self._open: list[Block] = []
        """Finished pieces of code that is not finished."""
        self.settled = 0
        """How many of the blocks that were given will stay as they are."""

    def from_settled(self, source: Blocks, *, live: bool = False) -> list[Block]:
        """The blocks behind those that were settled before; ``live``: see there."""
        before = self._order.settled
        found = self._order.from_settled(source, live=live)
        new = self._order.settled - before
        blocks = [*self._open, *found[:new]]
        leaf, cut = source.open_leaf, len(blocks)
        if leaf is not None and leaf.kind == "code":
            while cut and blocks[cut - 1].leaf == leaf.id:
                cut -= 1
        self._open = blocks[cut:]
        settled = list(folded(blocks[:cut], self._folds))
        self.settled += len(settled)
        return [*settled, *self._open, *found[new:]]


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
