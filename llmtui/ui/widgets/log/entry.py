"""A message as the log holds it: parts, one under the other, laid out when seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmtui.markdown.block import Block
from llmtui.sanitise import clean
from llmtui.ui.widgets.log.part_heights import PartHeights
from llmtui.ui.widgets.log.parts import UNREAD_ROWS, Edge, EdgeKind, Part, Thought
from llmtui.ui.widgets.log.text_blocks import rows_of, rows_of_text, text_blocks
from llmtui.ui.widgets.log.unread import Turn, Unread
from llmtui.ui.widgets.log.wholes import Wholes

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.markdown.references import Definitions
    from llmtui.ui.widgets.log.shown_blocks import ShownBlocks
    from llmtui.ui.widgets.log.source import Source

_UNREAD: tuple[list[Part], PartHeights] = ([], PartHeights())
"""What an entry has that was never read, the same for all of them: six objects
for each of ten thousand would cost 6 MB, and the garbage collector's time."""

_SCREENFUL = 30
"""Rows of an answer from which on there is a sign at its head that folds it."""


class Entry:
    """One message, from its raw text to its parts.

    Nothing is read before :meth:`scan`: ten thousand entries are ten thousand
    estimates.
    """

    __slots__ = (
        "_base",
        "_said",
        "_shown",
        "_size",
        "_stage",
        "advice",
        "as_source",
        "fold_code",
        "folded",
        "heights",
        "hidden",
        "live",
        "marked",
        "message",
        "parts",
        "referring",
        "so_far",
        "source",
        "unfolded",
        "unread",
        "verbose",
        "version",
        "versions",
        "wholes",
    )

    def __init__(self, message: Message) -> None:
        self.message = message
        self._size: tuple[int, int] | None = None
        """Characters and line ends of the text, about: asked for at each width."""
        self.live = False
        """Whether it is being written; its text then comes through ``source``."""
        self.source: Source | None = None
        self.so_far: Callable[[], tuple[str, str]] | None = None
        """Of a living one the text and the thinking that have come."""
        self.unread: Unread | None = None
        """What of a long text is to be read in the next turns, None for nothing."""
        self.parts, self.heights = _UNREAD
        self.wholes: Wholes | None = None
        """What is known of tables and code in the parts, once they were read."""
        self.unfolded = False
        """Whether its thinking is shown."""
        self.verbose = False
        """Whether all is shown that it cost."""
        self.folded = False
        """Whether no more than its beginning is shown; see :meth:`fold`."""
        self.hidden = 0
        """Rows of the text that are then not shown, 0 if unknown."""
        self.fold_code = 0
        """Code of more lines is folded, 0 for none."""
        self.as_source = False
        """Whether formulas and diagrams are shown as they were written."""
        self.version = 0
        self.versions = (1, 1)
        """Which of how many siblings it is."""
        self.advice = ""
        self.marked = False
        """Whether what is above it was left out of what the model read last."""
        self._stage: tuple[object, ...] = ()
        """What the parts before the blocks that grow depend on, and how these are
        shown; when it changes all parts are made anew."""
        self._said: tuple[object, ...] = ()
        """What the edges among those parts say."""
        self._base = 0
        """Parts before the blocks that grow."""
        self._shown: ShownBlocks | None = None
        """These as they are shown."""
        self.referring: Sequence[int] = ()
        """The parts whose links have become others by the last :meth:`rebuild`."""

    @property
    def spoken(self) -> bool:
        """Whether a person wrote it: shown as typed, without a head line."""
        return self.message.role == "user"

    def begin(self, so_far: Callable[[], tuple[str, str]] | None = None) -> Source:
        """Make it a living one; its text goes into what is returned.

        ``so_far`` gives all that went there. Said again, it begins anew.
        """
        self.live = True
        self.so_far = so_far
        self._shown = None
        self.wholes = self.unread = None
        self.source = _new_source()
        return self.source

    def scan(self, width: int, turn: Turn | None = None) -> None:
        """Read the source into parts and guess their heights, if not yet done.

        Of a long one as much as there is time for in a turn.
        """
        if not self.parts:
            self.parts = []
            if self.source is None:
                self.source = _new_source()
                if not self.spoken:
                    self.unread = Unread(self.message.text, self.message.thinking)
                    self.read_on(turn)
            self.rebuild()
        if self.heights.width != width:
            if self.folded:
                self.hidden = self.text_rows(width) - 1
                self.parts[:] = self._beginning()
            self.heights = PartHeights(width, self.parts)

    def read_on(self, turn: Turn | None = None) -> None:
        """Read more of what is left of it, before a :meth:`rebuild`: all of it, or as
        much as there is time for in a turn."""
        unread, source = self.unread, self.source
        if unread is not None and source is not None:
            unread.read(source, turn)
            if not len(unread):
                source.end()
                self.unread = None

    def replace(self, message: Message) -> None:
        """A newer value of the message, as when a reply has ended."""
        source, self.source, self.so_far = self.source, None, None
        if self.live and source and source.is_of(message.text, message.thinking):
            source.end()
            self.source = source
        else:
            self._shown = None
            self.parts = []
            self.wholes = self.unread = None
        self.message = message
        self._size = None
        self.live = False
        self.touch()

    def written(self) -> tuple[str, str]:
        """Text and thinking that its blocks have their places in."""
        text, thinking = self.message.text, self.message.thinking
        if self.so_far is not None:
            text, thinking = self.so_far()
        return clean(text), clean(thinking)

    def touch(self) -> None:
        """Let head, fold and foot be drawn anew by the next :meth:`rebuild`."""
        self.version += 1

    def read_anew(self) -> None:
        """Let all parts be made anew by the next :meth:`rebuild`."""
        self._shown = None
        self.touch()

    # -- parts -------------------------------------------------------------------

    def rebuild(self) -> int:
        """Bring the parts up to the source; returns the first one that changed.

        Costs the parts that are new and the open blocks, not those before.
        """
        source = self.source
        if source is None:
            return 0
        if self.folded:
            if self.live or not self.hidden:
                self._hide()
            self.referring = ()
            return self._splice(0, self._beginning())
        if self.wholes is None:
            self.wholes = Wholes(self.parts)
        stage, said = self._stage_of(source), (self.version, self._thoughts(source))
        shown, edges = self._shown, []
        if shown is None or stage != self._stage or self.spoken:
            start, fresh = 0, self._prefix(source)
            shown = self._shown = self._new_shown(thought=source.answer is None)
            self._base, self._stage = len(fresh), stage
        else:
            start, fresh = self._base, []
            edges = self._say_anew(source) if said != self._said else []
        self._said = said
        kept, growing, referring = self._growing(source, shown)
        fresh += growing
        if self.unread is not None:
            fresh.append(Edge("unread", self.version))
        fresh.append(Edge("foot", self.version))
        start = self._splice(start + kept, fresh)
        first = self.wholes.first_changed(start)
        self.heights.doubt(range(first, start))
        self.referring = [*edges, *sorted(self._base + at for at in referring)]
        self.heights.doubt(self.referring)
        return first

    def _stage_of(self, source: Source) -> tuple[object, ...]:
        return (
            source.answer is None,
            source.thoughts is None,
            self.unfolded,
            self.marked,
            self.fold_code,
            len(self.message.tool_calls),
        )

    def _thoughts(self, source: Source) -> int:
        """Pieces of thinking that are told of while it thinks."""
        return source.thought_pieces if self.live and not source.answer else 0

    def _say_anew(self, source: Source) -> list[int]:
        """Have the edges before the blocks drawn anew; says where they are."""
        edges = []
        for at, part in enumerate(self.parts[: self._base]):
            if isinstance(part, Edge):
                self.parts[at] = self._edge(part.kind, source)
                edges.append(at)
        return edges

    def _edge(self, kind: EdgeKind, source: Source) -> Edge:
        pieces = self._thoughts(source) if kind == "fold" else 0
        return Edge(kind, (self.version << 32) + pieces)

    def _growing(
        self, source: Source, shown: ShownBlocks
    ) -> tuple[int, Sequence[Part], set[int]]:
        """How many blocks stay, those that follow, and whose links are others."""
        answer = source.answer
        growing = answer or (source.thoughts if self.unfolded else None)
        if growing is None:
            return 0, (), set()
        live = self.live or self.unread is not None
        kept, blocks = shown.more(growing, live=live)
        referring = growing.refer(blocks, kept, shown.settled - kept, live=live)
        if answer is None:
            return kept, [Thought(block) for block in blocks], referring
        if blocks and not kept:
            behind_thoughts = self.unfolded and source.thoughts is not None
            blocks[0] = blocks[0]._replace(gap=behind_thoughts)
        return kept, blocks, referring

    def _beginning(self) -> list[Part]:
        """All the parts of a folded message."""
        parts = [Edge("mark", self.version)] if self.marked else []
        parts += [] if self.spoken else [Edge("head", self.version)]
        more = Edge("more", self.version, self.hidden)
        return [*parts, more, Edge("foot", self.version)]

    def _prefix(self, source: Source) -> list[Part]:
        """The parts before the blocks that grow."""
        parts: list[Part] = [self._edge("mark", source)] if self.marked else []
        if self.spoken:
            return [*parts, *text_blocks(self.message, None)]
        parts.append(self._edge("head", source))
        if source.thoughts is not None:
            parts.append(self._edge("fold", source))
            if self.unfolded and source.answer is not None:
                _, thoughts = self._new_shown(thought=True).more(source.thoughts)
                source.thoughts.refer(thoughts, 0, len(thoughts))
                parts += map(Thought, thoughts)
        if self.message.tool_calls:
            parts.append(self._edge("calls", source))
        return parts

    def _new_shown(self, *, thought: bool) -> ShownBlocks:
        # Imported here: before the first frame there is nothing to read.
        from llmtui.ui.widgets.log.shown_blocks import LONG, ShownBlocks

        wholes = self.wholes

        def folds(first: Block, lines: int) -> bool:
            flipped = wholes is not None and wholes.is_flipped(first, thought=thought)
            return lines > (self.fold_code or LONG) and bool(self.fold_code) != flipped

        return ShownBlocks(folds)

    def _splice(self, start: int, fresh: list[Part]) -> int:
        """Put ``fresh`` in place of the parts from ``start``, keeping equal ones."""
        old = self.parts
        same = 0
        for part, before in zip(fresh, old[start:], strict=False):
            if part != before:
                break
            same += 1
        start += same
        del old[start:]
        old.extend(fresh[same:])
        self.heights.replace(start, fresh[same:])
        return start

    # -- links -------------------------------------------------------------------

    def definitions(self, index: int) -> Definitions | None:
        """Where the links of a part lead that are named elsewhere."""
        source = self.source
        if source is None:
            return None
        thought = isinstance(self.parts[index], Thought)
        blocks = source.thoughts if thought else source.answer
        return blocks.references.definitions if blocks else None

    # -- folding -----------------------------------------------------------------

    def fold(self, folded: bool) -> None:
        """Show no more than its beginning, or all of it again, after a rebuild."""
        self._hide()
        self.folded = folded
        self.read_anew()

    def _hide(self) -> None:
        """Find out how many rows a folded message does not show."""
        self.hidden = 0 if self.live else self.text_rows(self.heights.width) - 1

    def text_rows(self, width: int) -> int:
        """Rows of the text alone; a guess where it was not laid out."""
        shown = [at for at, part in enumerate(self.parts) if isinstance(part, Block)]
        if shown and self.heights.width == width:
            rows = UNREAD_ROWS if self.unread is not None else 0
            return sum(self.heights[at] for at in shown) + rows
        if self.source is not None and self.heights.width == width:
            blocks = text_blocks(self.message, self.source)
            return sum(rows_of(block, width) for block in blocks)
        return self._rows_at(width)

    def has_sign(self, width: int) -> bool:
        """Whether there is a sign at its head that folds or unfolds it."""
        long = not self.live and self._rows_at(width) > _SCREENFUL
        return not self.spoken and (self.folded or long)

    # -- heights -----------------------------------------------------------------

    def guess(self, width: int) -> int:
        """Rows it has, about: without reading it, if it was not read yet."""
        if self.parts and self.heights.width == width:
            return self.heights.total
        around = 2 if self.spoken else 4
        return around + (1 if self.folded else self._rows_at(width))

    def _rows_at(self, width: int) -> int:
        """Rows of the text at a width, about."""
        if self._size is None:
            self._size = (self.message.length, self.message.line_ends)
        return rows_of_text(*self._size, width)


def _new_source() -> Source:
    # Imported here: before the first frame there is nothing to read.
    from llmtui.ui.widgets.log.source import Source

    return Source()
