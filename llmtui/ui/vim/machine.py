"""Vim's modes, as a machine: a key, a text and a cursor in, a text and a cursor out.

It knows no widget. In insert mode it hears nothing but esc: who holds the text
writes, and the machine sees by the text what was written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from llmtui.ui.vim import changes, lines
from llmtui.ui.vim.changes import Changed, Range
from llmtui.ui.vim.command import Command, NoCommand, parse
from llmtui.ui.vim.editing import Editing, Repeatable
from llmtui.ui.vim.motions import FINDS
from llmtui.ui.vim.targets import Targets, operated
from llmtui.ui.vim.undo import Undo


class Mode(StrEnum):
    """As the input shows them."""

    insert = "insert"
    normal = "normal"
    visual = "visual"
    lines = "visual lines"


class Step(NamedTuple):
    """What became of a key."""

    text: str
    at: int
    """The cursor, a number of characters from the start."""
    passed: bool = False
    """Whether the key means nothing to vim, and is for who holds the text."""


class Insertion(NamedTuple):
    """What insert mode belongs to."""

    command: Command
    before: Changed
    """The text before the command."""
    began: Changed
    """And when writing began."""

    def written(self, text: str) -> str:
        """What was written at that place; "" if something else was done."""
        place = self.began.at
        before, after = self.began.text[:place], self.began.text[place:]
        room = len(text) - len(after)
        whole = text.startswith(before) and text.endswith(after)
        return text[len(before) : room] if whole and room >= len(before) else ""


class Vim:
    """One input's modes. A new one is in insert mode."""

    def __init__(self) -> None:
        self.mode = Mode.insert
        self._keys: list[str] = []
        self._targets = Targets()
        self._editing = Editing()
        self._insertion: Insertion | None = None
        self._anchor = 0
        self._at = 0
        """Where the cursor is in a visual mode."""

    @property
    def pending(self) -> str:
        """The keys of a command that is not whole yet."""
        return "".join(self._keys)

    def reset(self) -> None:
        """Another text: begin in insert mode. What was taken last stays."""
        self.mode, self._insertion = Mode.insert, None
        self._keys.clear()
        self._editing.undo = Undo()

    def selected(self, text: str) -> Range | None:
        """What a visual mode has selected."""
        start, end = sorted((self._anchor, self._at))
        if self.mode is Mode.lines:
            return Range(lines.start(text, start), lines.end(text, end), True)
        if self.mode is Mode.visual:
            return Range(start, min(end + 1, len(text)))
        return None

    def press(self, key: str, text: str, at: int) -> Step:
        """A key: a character, or a name like ``escape``, ``ctrl+r`` or ``left``."""
        if self.mode is Mode.insert:
            if key != "escape":
                return Step(text, at, passed=True)
            return Step(*self._leave_insert(text, at))
        visual = self.mode is not Mode.normal
        at = _resting(text, self._at if visual else at)
        if key == "escape":
            idle = not (visual or self._keys)
            self._to_normal()
            return Step(text, at, passed=idle)
        self._keys.append(key)
        try:
            command = parse(self._keys, visual=visual)
        except NoCommand:
            passed = len(self._keys) == 1
            self._keys.clear()
            return Step(text, at, passed)
        if command is None:
            return Step(text, at)
        self._keys.clear()
        before = Changed(text, at)
        done = (self._do_visual if visual else self._do)(command, before)
        if done is None and command in _BEYOND and not visual:
            return Step(text, at, passed=True)
        return self._settled(done or before)

    def _settled(self, done: Changed) -> Step:
        """The cursor is on a character, but in insert mode."""
        if self.mode is Mode.insert:
            return Step(*done)
        self._at = _resting(done.text, done.at)
        return Step(done.text, self._at)

    def _to_normal(self) -> None:
        self.mode = Mode.normal
        self._keys.clear()

    # -- insert mode ---------------------------------------------------------------

    def _insert(self, command: Command, before: Changed, began: Changed) -> Changed:
        self.mode = Mode.insert
        self._insertion = Insertion(command, before, began)
        return began

    def _leave_insert(self, text: str, at: int) -> Changed:
        insertion, self._insertion = self._insertion, None
        self._to_normal()
        if insertion is not None:
            command, written = insertion.command, insertion.written(text)
            more = written * (_times(command) - 1)
            text, at = text[:at] + more + text[at:], at + len(more)
            self._editing.last = Repeatable(command, written)
            self._editing.undo.changed(insertion.before, text)
        return Changed(text, _resting(text, max(lines.start(text, at), at - 1)))

    def _repeat(self, number: int | None, before: Changed) -> Changed | None:
        if self._editing.last is None:
            return None
        command, written = self._editing.last
        if number is not None:
            command = command._replace(number=number)
        done = self._do(command, before)
        if done is None or self.mode is not Mode.insert:
            return done
        text = done.text[: done.at] + written + done.text[done.at :]
        return self._leave_insert(text, done.at + len(written))

    # -- commands ------------------------------------------------------------------

    def _do(self, command: Command, before: Changed) -> Changed | None:
        """What a command makes of the text; None if nothing."""
        text, at = before
        command = _in_full(command)
        match command.key:
            case _ if command.operator:
                part = operated(self._targets, command, text, at)
                return part and self._operate(part, command, before)
            case "u":
                return self._editing.undo.back(before)
            case "ctrl+r":
                return self._editing.undo.forth(before)
            case ".":
                return self._repeat(command.number, before)
            case "v" | "V" as key:
                self.mode = Mode.visual if key == "v" else Mode.lines
                self._anchor = at
                return before
            case "i" | "a" | "I" | "A" | "o" | "O" as key:
                began = changes.begin_insert(key, text, at)
                return self._insert(command, before, began)
        motion = self._targets.of(command, text, at)
        if motion is not None:
            return Changed(text, motion.at)
        return self._editing.change(command, before)

    def _operate(self, part: Range, command: Command, before: Changed) -> Changed:
        done = self._editing.operate(command.operator, part, command, before)
        if command.operator == "c":
            return self._insert(command, before, done)
        return done

    def _do_visual(self, command: Command, before: Changed) -> Changed | None:
        """What a command makes of what is selected, or selects."""
        text, at = before
        if command.character and command.key != "r" and command.key not in FINDS:
            return self._select_object(command, before)
        match command.key:
            case "v" | "V" as key:
                mode = Mode.visual if key == "v" else Mode.lines
                self.mode = Mode.normal if self.mode is mode else mode
                return before
            case "o":
                self._anchor, at = at, self._anchor
                return Changed(text, at)
        motion = self._targets.of(command, text, at)
        if motion is not None:
            return Changed(text, motion.at)
        part = self.selected(text)
        assert part is not None
        self._to_normal()
        if (operator := _ON_SELECTION.get(command.key)) is None:
            return self._editing.change_selected(command, part, before)
        if command.key in _ON_LINES:
            start, end = lines.start(text, part.start), lines.end(text, part.end)
            part = Range(start, end, True)
        # What is written instead can be repeated, the selection cannot.
        done = self._operate(part, Command("i", operator=operator), before)
        if operator == "d":
            self._editing.last = None
        elif self._insertion is not None:
            self._insertion = self._insertion._replace(command=Command("i"))
        return done

    def _select_object(self, command: Command, before: Changed) -> Changed:
        text, at = before
        part = operated(self._targets, command._replace(operator="y"), text, at)
        if part is None or part.start == part.end:
            return before
        self._anchor = part.start
        return Changed(text, part.end - 1)


_BEYOND = (Command("j"), Command("k"))
"""Lead out of the text where there is no further line."""

_SHORT = {
    "x": Command("l", operator="d"),
    "X": Command("h", operator="d"),
    "D": Command("$", operator="d"),
    "Y": Command("y", operator="y"),
    "s": Command("l", operator="c"),
    "S": Command("c", operator="c"),
    "C": Command("$", operator="c"),
}
"""Commands that are short for others."""

_ON_SELECTION = {
    **dict.fromkeys("xXdD", "d"),
    **dict.fromkeys("sScC", "c"),
    **dict.fromkeys("yY", "y"),
}
"""What is done to a selection."""
_ON_LINES = frozenset("XDSCY")
"""And to all its lines, by these."""


def _in_full(command: Command) -> Command:
    if command.operator or command.key not in _SHORT:
        return command
    return _SHORT[command.key]._replace(number=command.number)


def _times(command: Command) -> int:
    """How often is written what was written once; after an operator, once."""
    return 1 if command.operator else command.times


def _resting(text: str, at: int) -> int:
    """On a character of the line, where there is one."""
    at = min(at, len(text))
    return min(at, lines.last(text, at))
