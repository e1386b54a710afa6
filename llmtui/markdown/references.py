"""What the links of a growing text name, and who waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from llmtui.markdown.block import Block, is_note
from llmtui.markdown.definitions import definition_in, labels_in, plain_label

_WITH_LINKS = ("paragraph", "heading", "table")


class Definitions:
    """Where labels lead. When one more is known, it is another one, and not equal."""

    __slots__ = ("notes", "urls")

    def __init__(self, urls: Mapping[str, str], notes: Set[str]) -> None:
        self.urls = urls
        self.notes = notes
        """The labels of footnotes, each with the ``^`` before it."""


def definitions_of(blocks: Sequence[Block]) -> Definitions | None:
    """The definitions of a whole text, of several with one label the first."""
    references = References()
    references.take(blocks, 0, 0)
    return references.definitions


class References:
    """The definitions of a source, and which of its blocks name those that are missing.

    Each block is looked at once when it has its place: a definition that comes at the
    end costs those blocks that wait for it, not all there are.
    """

    __slots__ = ("_notes", "_urls", "_waiting", "definitions")

    def __init__(self) -> None:
        self.definitions: Definitions | None = None
        """None while there are none."""
        self._urls: dict[str, str] = {}
        self._notes: set[str] = set()
        self._waiting: dict[str, list[int]] = {}

    def take(self, blocks: Sequence[Block], at: int, settled: int) -> set[int]:
        """Look at the blocks from the place ``at`` on; see :meth:`Blocks.refer`."""
        if not at:
            self._waiting.clear()
        found = self._define(blocks)
        changed: set[int] = set()
        for label in found:
            changed.update(self._waiting.pop(label, ()))
        for place, block in enumerate(blocks, at):
            waits = place < at + settled
            if (found or waits) and block.kind in _WITH_LINKS:
                labels = labels_in(f"{block.info}\n{block.text}")
                if not labels.isdisjoint(found):
                    changed.add(place)
                for label in labels - self._urls.keys() - self._notes if waits else ():
                    self._waiting.setdefault(label, []).append(place)
        return changed

    def _define(self, blocks: Sequence[Block]) -> set[str]:
        """Take the definitions among blocks; returns the labels that were not known."""
        found = set()
        named = [block for block in blocks if block.kind == "definition"]
        for block in sorted(named, key=lambda block: block.start):
            definition = definition_in(block.text)
            if definition is not None and definition.label not in self._urls:
                self._urls[definition.label] = definition.url
                found.add(definition.label)
        for note in {block.path[0] for block in blocks if is_note(block)}:
            label = plain_label(note)
            if label not in self._notes:
                self._notes.add(label)
                found.add(label)
        if found:
            self.definitions = Definitions(self._urls, self._notes)
        return found
