"""Footnotes: which blocks are notes, and where they are read.

GFM has them since 2021 (``[^1]`` in the text, ``[^1]: note`` anywhere); they stand
at the end of a text, wherever they were written.
"""

from __future__ import annotations

from collections.abc import Iterable

from llmtui.markdown.block import Block, is_note
from llmtui.markdown.blocks import Blocks

_MOST = 500
"""Blocks of notes; further ones stay where they were written. Each piece of a
growing text costs a look at all of them."""


class NotesLast:
    """The blocks of a source in the order they are read in, notes at the end."""

    __slots__ = ("_notes", "_taken", "settled")

    def __init__(self) -> None:
        self._taken = 0
        """Finished blocks of the source that were read."""
        self._notes: list[Block] = []
        self.settled = 0
        """How many of the blocks in order will stay as they are."""

    def from_settled(self, source: Blocks, *, live: bool = False) -> list[Block]:
        """The blocks behind those that were settled before; ``live``: see there."""
        finished = source.frozen[self._taken :]
        self._taken += len(finished)
        body = self._without_notes(finished, self._notes)
        self.settled += len(body)
        notes = self._notes.copy()
        body += self._without_notes(source.tail(live=live), notes)
        if notes:
            notes[0] = notes[0]._replace(gap=True)
        return body + notes

    def _without_notes(
        self, blocks: Iterable[Block], notes: list[Block]
    ) -> list[Block]:
        body = []
        for block in blocks:
            if is_note(block) and len(notes) < _MOST:
                notes.append(block)
            else:
                body.append(block)
        return body


def in_order(source: Blocks) -> list[Block]:
    """All blocks of a source as they are read.

    >>> [block.text for block in in_order(Blocks("a[^1]\\n\\n[^1]: b\\n\\nc"))]
    ['a[^1]', 'c', 'b']
    """
    return NotesLast().from_settled(source)
