"""The parts of a message as lines: head, fold, blocks, foot."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from llmtui.markdown.block import Block
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import Glyphs
from llmtui.ui.widgets.log import labels
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.parts import UNREAD_ROWS, Edge, Thought
from llmtui.ui.widgets.log.render.diagrams import Diagrams
from llmtui.ui.widgets.log.render.line import MARGIN, Frame, Line, fit, row
from llmtui.ui.widgets.log.render.palette import Paint, Palette
from llmtui.ui.widgets.log.text_blocks import opening


class Painter:
    """Draws one part of an entry at a width, in one palette."""

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs,
        width: int,
        diagrams: Diagrams | None = None,
        *,
        scroll_tables: bool = False,
    ) -> None:
        self.frame = Frame(width, scroll_tables=scroll_tables)
        self.palette = palette
        self.glyphs = glyphs
        self._answer = Paint(palette, glyphs, diagrams=diagrams)
        self._thinking = self._answer._replace(palette=palette.tinted("thinking"))
        self._left_out = self._answer._replace(palette=palette.dimmed())

    def other(self, *, palette: Palette | None = None, width: int = 0) -> Painter:
        """The same in other colours or at another width."""
        return Painter(
            self.palette if palette is None else palette,
            self.glyphs,
            width or self.frame.width,
            self._answer.diagrams,
            scroll_tables=self.frame.scroll_tables,
        )

    def lines(self, entry: Entry, index: int) -> list[Line]:
        """The lines of a part of ``entry``."""
        # Imported here: before the first frame there is nothing to render.
        from llmtui.ui.widgets.log.render.blocks import render
        from llmtui.ui.widgets.log.shown_blocks import LONG

        part = entry.parts[index]
        frame = self.frame._replace(
            as_source=entry.as_source,
            definitions=entry.definitions(index),
            fold_code=entry.fold_code or LONG,
        )
        if entry.wholes is not None:
            frame = entry.wholes.frame(index, frame)
        if isinstance(part, Block):
            out = entry.message.excluded
            paint = self._left_out if out else self._answer
            lines = render(part, frame, paint)
            if entry.spoken:
                first = index == int(entry.marked)
                lines = self._said(entry, lines, first=first)
            return lines
        if isinstance(part, Thought):
            block = part.block
            block = block._replace(path=(">", *block.path), opened=block.opened + 1)
            return render(block, frame, self._thinking)
        draw = {
            "mark": self._mark,
            "head": self._head,
            "fold": self._fold,
            "calls": self._calls,
            "more": self._more,
            "unread": self._unread,
            "foot": self._foot,
        }[part.kind]
        return draw(entry, part)

    # -- edges -------------------------------------------------------------------

    def _said(self, entry: Entry, lines: list[Line], *, first: bool) -> list[Line]:
        """A person's lines: a bar before them, version and time beside the first."""
        bar = Segment(f" {self.glyphs.bar} ", self.palette["accent"])
        out = []
        right = self._right(entry)
        paint = self._left_out if entry.message.excluded else self._answer
        plain = paint.palette.text
        for line in lines:
            _, *rest = line.segments
            text = line.text
            space = self.frame.measure - cell_len(text) - cell_len(right)
            if first and right and space > 1:
                rest = [
                    Segment(text, plain),
                    Segment(" " * space, self.palette.text),
                    Segment(right, self.palette["muted"]),
                ]
            first = False
            said = row([bar, *rest], self.frame, self.palette.text, join=line.join)
            out.append(said._replace(end=MARGIN + len(text)))
        return out

    def _mark(self, entry: Entry, part: Edge) -> list[Line]:
        """What is above was left out, with a blank line behind it."""
        style, text = self.palette["warning"], labels.LEFT_OUT
        blank = self._line("", self.palette.text)
        return [
            self._line(fit(text, self.frame.measure, self.glyphs.cut), style),
            blank,
        ]

    def _head(self, entry: Entry, part: Edge) -> list[Line]:
        """Who it is from, which version, when."""
        palette = self.palette
        right = self._right(entry)
        room = self.frame.measure - cell_len(right) - 1
        name = fit(labels.author(entry.message), room, self.glyphs.cut)
        space = " " * (room - cell_len(name) + 1)
        segments = [
            Segment(f" {self._sign(entry)} ", palette["muted"]),
            Segment(name, palette["model"]),
            Segment(space, palette.text),
            Segment(right, palette["muted"]),
        ]
        return [row(segments, self.frame, palette.text)]

    def _sign(self, entry: Entry) -> str:
        """What folds a long answer, or unfolds it."""
        if not entry.has_sign(self.frame.width):
            return " "
        return self.glyphs.folded if entry.folded else self.glyphs.unfolded

    def _right(self, entry: Entry) -> str:
        """Which version it is, if there are several, and when it was written."""
        at, of = entry.versions
        left, close = self.glyphs.versions
        version = f"{left}{at}/{of}{close} " if of > 1 else ""
        marks = "".join(f"{mark}  " for mark in labels.marks(entry.message))
        return marks + version + labels.clock(entry.message.created)

    def _fold(self, entry: Entry, part: Edge) -> list[Line]:
        """The thinking in one line: how long, or what is being thought."""
        source = entry.source
        assert source is not None
        style = self.palette["thinking"]
        thinking = entry.live and source.answer is None
        sign = self.glyphs.unfolded if entry.unfolded else self.glyphs.folded
        usage = entry.message.usage
        seconds = source.think_seconds
        if usage is not None and usage.thinking_duration:
            seconds = usage.thinking_duration / 1e9
        text = f"{sign} {labels.thought(seconds, thinking)}"
        if thinking and not entry.unfolded:
            text += "  " + clean_line(source.last_thought).strip()
        return [self._line(fit(text, self.frame.measure, self.glyphs.cut), style)]

    def _calls(self, entry: Entry, part: Edge) -> list[Line]:
        """The tools a model asked for."""
        names = ", ".join(call.name for call in entry.message.tool_calls)
        text = fit(f"calls {clean_line(names)}", self.frame.measure, self.glyphs.cut)
        return [self._line(text, self.palette["muted"])]

    def _more(self, entry: Entry, part: Edge) -> list[Line]:
        """The first line of a folded message, and how much is behind it."""
        from llmtui.ui.widgets.log.render.blocks import render

        out = entry.message.excluded
        block = opening(entry.message, entry.source)
        rows = (
            render(block, self.frame, self._left_out if out else self._answer)
            if block
            else []
        )
        first = [row for row in rows if row.text][:1]
        words = labels.folded(part.hidden, self.glyphs)
        lines = [*first, self._line(words, self.palette["muted"])]
        return self._said(entry, lines, first=True) if entry.spoken else lines

    def _unread(self, entry: Entry, part: Edge) -> list[Line]:
        """Room for what is read in the next moment; a word at its end, where one is."""
        blank = self._line("", self.palette.text)
        words = self._line(labels.UNREAD, self.palette["muted"])
        return [blank] * (UNREAD_ROWS - 1) + [words]

    def _foot(self, entry: Entry, part: Edge) -> list[Line]:
        """How it ended and what it cost, and the blank line behind the message."""
        blank = self._line("", self.palette.text)
        message = entry.message
        lines = []
        if message.attachments:
            names = ", ".join(a.name for a in message.attachments)
            text = fit(f"+ {clean_line(names)}", self.frame.measure, self.glyphs.cut)
            lines.append(self._line(text, self.palette["muted"]))
        if message.erased:
            lines.append(self._line(labels.ERASED, self.palette["muted"]))
        if entry.live:
            lines.append(blank)
        elif message.role == "assistant":
            style, end = labels.ending(message, entry.advice, self.glyphs)
            if end:
                lines += self._wrapped(end, self.palette[style])
            lines += self._cost(entry)
        return [*lines, blank]

    def _cost(self, entry: Entry) -> list[Line]:
        """What a reply cost: the most of it in a line, all of it in several."""
        style, all_of_it = self.palette["muted"], entry.verbose
        cost = labels.numbers(entry.message, self.glyphs, all_of_them=all_of_it)
        if all_of_it:
            return self._wrapped(cost, style) if cost else []
        text = fit(cost, self.frame.measure, self.glyphs.cut)
        return [self._line(text, style)] if text else []

    def _wrapped(self, text: str, style: Style) -> list[Line]:
        from llmtui.ui.widgets.log.render.blocks import render

        block = Block("plain", text)
        lines = render(block, self.frame, self._answer)
        return [self._line(line.text, style, line.join) for line in lines]

    def _line(self, text: str, style: Style, join: str | None = None) -> Line:
        base = self.palette.text
        segments = [Segment(" " * MARGIN, base), Segment(text, style)]
        return row(segments if text else segments[:1], self.frame, base, join=join)
