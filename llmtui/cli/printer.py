"""Showing one answer: it alone on standard output, all else on standard error."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from llmtui.chat.events import (
    Event,
    Finished,
    Preparing,
    Text,
    Thinking,
    ToolCall,
    WasThinking,
)
from llmtui.chat.thinking_tags import sounds_aloud
from llmtui.cli.context import complain, tell
from llmtui.cli.output import STDERR, STDOUT, Writer
from llmtui.cli.output_format import Outcome, OutputFormat
from llmtui.sanitise import Stream

if TYPE_CHECKING:
    from llmtui.cli.progress import StatusLine
    from llmtui.markdown.code import CodeStream

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


class Stage(Protocol):
    """A change to a text that comes in pieces."""

    def feed(self, text: str) -> str: ...

    def end(self) -> str: ...


class Printer:
    """Gathers an answer, and shows what goes to standard error.

    ``take`` gets each event, inside a running loop; ``end`` is called once.
    """

    def __init__(self, output: OutputFormat, stopped: Callable[[], object]) -> None:
        """``stopped`` is called when nobody reads the answer any more."""
        self.out = Writer(STDOUT, stopped)
        self.text: list[str] = []
        self.thinking: list[str] = []
        self.calls: list[ToolCall] = []
        self.finished = Finished()
        """The last event, once it has come (``ended``)."""
        self.ended = False
        self.notes: list[str] = []
        """Sentences that are said after the answer."""
        self._output = output
        self._thoughts = Thoughts(output.colour) if output.thinking else None
        self._progress: StatusLine | None = None
        self._doing = "waiting"

    def take(self, event: Event) -> None:
        """Show one event; called for every token."""
        if isinstance(event, Text):
            if not self.text:
                self._make_room()
            self.text.append(event.delta)
            self.on_text(event.delta)
        elif isinstance(event, Thinking):
            self.thinking.append(event.delta)
            if self._thoughts is not None:
                self._thoughts.put(event.delta)
        elif isinstance(event, WasThinking):
            self._was_thinking()
        elif isinstance(event, Preparing):
            self._prepare(event)
        elif isinstance(event, ToolCall):
            self.calls.append(event)
        else:
            self.finished, self.ended = event, True

    async def wait(self) -> None:
        """Count the seconds on a terminal until there is something to read."""
        since = time.monotonic()
        while self.out.terminal and not self.text:
            await asyncio.sleep(1)
            if self.text or (self.thinking and self._thoughts):
                return
            doing = "thinking" if self.thinking else self._doing
            self.status(f"{doing}  {time.monotonic() - since:.0f} s")

    def end(self, outcome: Outcome) -> None:
        """Write what was held back, and what is said when all is over."""
        self._make_room()
        self.on_end(outcome)
        self.out.end()
        if outcome.error:
            complain(outcome.sentence)
        for note in self.notes:
            complain(note)
        if self._output.stats:
            from llmtui.cli.stats import stats_lines

            tell(stats_lines(self.finished.usage))
        if self._output.copy and (text := self.copied()):
            complain(_copied(text))

    def _was_thinking(self) -> None:
        """All text so far was thinking."""
        self.thinking += self.text
        if self._thoughts is not None:
            self._thoughts.put("".join(self.text))
        self.text.clear()
        self.on_was_thinking()

    def on_was_thinking(self) -> None:
        """Take back what was shown of the answer."""

    def on_text(self, delta: str) -> None:
        """Show a piece of the answer, or how far it is, if it is shown at the end."""
        if self.out.terminal:
            from llmtui.human import count

            self.status(f"writing  {count(len(self.text))} tokens")

    def on_end(self, outcome: Outcome) -> None:
        """Show what is shown at the end."""

    def copied(self) -> str:
        """What ``--copy`` copies."""
        return "".join(self.text)

    def _make_room(self) -> None:
        if self._progress is not None:
            self._progress.clear()
        if self._thoughts is not None:
            self._thoughts.end()

    def _prepare(self, event: Preparing) -> None:
        from llmtui.human import size

        self._doing = event.status
        if event.total:
            self._doing += f"  {size(event.completed)} of {size(event.total)}"
        self.status(self._doing, event.status)

    def status(self, line: str, plain: str = "") -> None:
        """Say what is going on; ``plain`` where standard error is no terminal."""
        from llmtui.cli.progress import StatusLine

        if self._progress is None:
            self._progress = StatusLine()
        self._progress.show(line, plain)


class TextPrinter(Printer):
    """The text as it comes, or when it is whole; ``--code`` keeps the code alone."""

    def __init__(self, output: OutputFormat, stopped: Callable[[], object]) -> None:
        super().__init__(output, stopped)
        self._begin()

    def _begin(self) -> None:
        """Nothing of the answer has come."""
        self._maybe_thinking = MaybeThinking()
        self._code = _code_stream() if self._output.shape == "code" else None
        self._stages: list[Stage] = (
            [self._maybe_thinking] if self._output.stream else []
        )
        if self._code:
            self._stages.append(self._code)
        if self.out.terminal:
            self._stages.append(Stream())

    def on_text(self, delta: str) -> None:
        if not self._output.stream:
            super().on_text(delta)
            return
        for stage in self._stages:
            delta = stage.feed(delta)
        self.out.put(delta)

    def on_was_thinking(self) -> None:
        self._begin()
        if not self.out.take_back():
            self.out.put("\n\n")
            self.notes.append("the first part of the output is what the model thought")

    def on_end(self, outcome: Outcome) -> None:
        text = "" if self._output.stream else "".join(self.text)
        for stage in self._stages:
            text = stage.feed(text) + stage.end()
        self.out.put(text)
        if self._code and not self._code.blocks and outcome.status == "complete":
            complain("the answer has no code block")

    def copied(self) -> str:
        text = super().copied()
        if not self._code:
            return text
        code = _code_stream()
        return code.feed(text) + code.end()


def _code_stream() -> CodeStream:
    from llmtui.markdown.code import CodeStream

    return CodeStream()


class MaybeThinking:
    """Holds a text back that sounds like thinking, until it is known whether it is.

    What is on standard output can't be taken back. See ``WasThinking``.

    >>> held = MaybeThinking()
    >>> [held.feed(text) for text in ("Okay", ", so he", " is")], held.end()
    (['', '', ''], 'Okay, so he is')
    >>> held = MaybeThinking()
    >>> [held.feed(text) for text in ("Ok", " then", " so")], held.end()
    (['', 'Ok then', ' so'], '')
    """

    def __init__(self) -> None:
        self._held = ""
        self._sure = False

    def feed(self, text: str) -> str:
        """What is sure to be shown."""
        if self._sure:
            return text
        self._held += text
        self._sure = not sounds_aloud(self._held)
        return self.end() if self._sure else ""

    def end(self) -> str:
        """What was held back: nothing says that it was thinking."""
        held, self._held = self._held, ""
        return held


class Thoughts:
    """The model's thinking on standard error, dim where there is colour."""

    def __init__(self, colour: bool) -> None:
        self._out = Writer(STDERR, lambda: None)
        self._clean = Stream()
        self._colour = colour
        self._open = False

    def put(self, delta: str) -> None:
        if not self._open:
            self._open = True
            self._out.put(_DIM if self._colour else "")
        self._out.put(self._clean.feed(delta) if self._out.terminal else delta)

    def end(self) -> None:
        """Put an end to it before something else is written."""
        if self._open:
            self._open = False
            self._out.end()
            tell(_PLAIN if self._colour else "")


def _copied(text: str) -> str:
    """Copy the answer by whatever way there is; what is to be said about it."""
    from llmtui.desktop.clipboard import copy
    from llmtui.places import user_places
    from llmtui.sanitise import clean

    try:
        handle = os.open("/dev/tty", os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
    except OSError:
        return copy(clean(text), None, user_places().cache).words
    with open(handle, "wb", buffering=0) as terminal:
        write = terminal.write
        return copy(clean(text), lambda s: write(s.encode()), user_places().cache).words
