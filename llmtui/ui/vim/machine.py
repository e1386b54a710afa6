"""Vim's modes, as a machine: a key, a text and a cursor in, a text and a cursor out.

It knows no widget. In insert mode it hears nothing but esc: who holds the text
writes, and the machine sees by the text what was written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from llmtui.ui.vim import changes, lines
from llmtui.ui.vim.changes import Changed, Range, Register
from llmtui.ui.vim.command import Command, NoCommand, parse
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


class Repeatable(NamedTuple):
    """A change, and what was written in it."""

    command: Command
    written: str = ""


_INSERTS = frozenset("iaIAoOsSC")
"""Commands that end in insert mode, beside ``c``."""


class Vim:
    """One input's modes. A new one is in insert mode."""

    def __init__(self) -> None:
        self.mode = Mode.insert
        self._keys: list[str] = []
        self._register = Register()
        self._targets = Targets()
        self._undo = Undo()
        self._last: Repeatable | None = None
        self._begun: Command | None = None
        """The change that insert mode belongs to."""
        self._before = self._after = Changed("", 0)
        """The text before that change, and when insert mode began."""
        self._anchor = 0
        self._at = 0
        """Where the cursor is in a visual mode."""

    @property
    def pending(self) -> str:
        """The keys of a command that is not whole yet."""
        return "".join(self._keys)

    def reset(self) -> None:
        """Another text: begin in insert mode. What was taken last stays."""
        self.mode, self._begun = Mode.insert, None
        self._keys.clear()
        self._undo = Undo()

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
            return Step(text, _resting(text, at), passed=idle)
        self._keys.append(key)
        try:
            command = parse(self._keys, visual=visual)
        except NoCommand:
            passed = len(self._keys) == 1
            self._keys.clear()
            return Step(text, at, passed=passed)
        if command is None:
            return Step(text, at)
        self._keys.clear()
        if key in ("j", "k") and command == Command(key) and not visual:
            if (motion := self._targets.of(command, text, at)) is None:
                return Step(text, at, passed=True)  # the history is there
            return Step(text, motion.at)
        done = self._do_visual(command, text, at) if visual else None
        done = done or self._do(command, text, at)
        return self._settled(done or Changed(text, at))

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

    def _insert(self, command: Command, before: Changed, after: Changed) -> Changed:
        self.mode, self._begun = Mode.insert, command
        self._before, self._after = before, after
        return after

    def _leave_insert(self, text: str, at: int) -> Changed:
        command, self._begun = self._begun, None
        self._to_normal()
        if command is not None:
            written = _written(self._after, text)
            if written and command.times > 1 and not command.operator:
                more = written * (command.times - 1)
                text, at = text[:at] + more + text[at:], at + len(more)
            self._last = Repeatable(command, written)
            self._undo.changed(self._before, text)
        return Changed(text, _resting(text, max(lines.start(text, at), at - 1)))

    def _repeat(self, count: int | None, text: str, at: int) -> Changed | None:
        if self._last is None:
            return None
        command, written = self._last
        if count is not None:
            command = command._replace(number=count)
        before = Changed(text, at)
        done = self._do(command, text, at) or before
        if self.mode is not Mode.insert:
            return done
        self._begun = None
        self._to_normal()
        times = 1 if command.operator else command.times
        done = Changed(
            done.text[: done.at] + written * times + done.text[done.at :],
            max(lines.start(done.text, done.at), done.at + len(written) * times - 1),
        )
        self._last = Repeatable(command, written)
        self._undo.changed(before, done.text)
        return done

    # -- commands ------------------------------------------------------------------

    def _do(self, command: Command, text: str, at: int) -> Changed | None:
        """What a command makes of the text; None if nothing."""
        before = Changed(text, at)
        key = command.key
        if command.operator:
            part = operated(self._targets, command, text, at)
            return part and self._operate(command.operator, part, command, before)
        match key:
            case "u":
                return self._undo.back(before)
            case "ctrl+r":
                return self._undo.forth(before)
            case ".":
                return self._repeat(command.number, text, at)
            case "v" | "V":
                self.mode = Mode.visual if key == "v" else Mode.lines
                self._anchor = at
                return before
        if (shorter := _SHORT.get(key)) is not None:
            return self._do(shorter._replace(number=command.number), text, at)
        if key in _INSERTS:
            return self._insert(command, before, _begin_insert(key, text, at))
        if (motion := self._targets.of(command, text, at)) is not None:
            return Changed(text, motion.at)
        return self._change(command, before)

    def _change(self, command: Command, before: Changed) -> Changed | None:
        text, at = before
        match command.key:
            case "p" | "P":
                is_before = command.key == "P"
                done = changes.put(
                    text, at, self._register, command.times, before=is_before
                )
            case "r":
                done = changes.replace(text, at, command.character, command.times)
            case "J":
                done = changes.join(text, at, command.times)
            case "~":
                end = min(at + command.times, lines.end(text, at))
                done = changes.swap_case(text, Range(at, end))._replace(at=end)
            case _:
                return None
        return self._changed(command, before, done)

    def _changed(self, command: Command, before: Changed, done: Changed) -> Changed:
        if done.text != before.text:
            self._undo.changed(before, done.text)
            self._last = Repeatable(command)
        return done

    def _operate(
        self, operator: str, part: Range, command: Command, before: Changed
    ) -> Changed:
        text, at = before
        if operator == "y":
            self._register = changes.taken(text, part)
            return Changed(
                text, min(at, part.start) if part.whole_lines else part.start
            )
        if part.end > part.start or part.whole_lines:
            self._register = changes.taken(text, part)
        if operator == "d":
            return self._changed(command, before, changes.delete(text, part))
        left = text[: part.start] + text[part.end :]
        return self._insert(command, before, Changed(left, part.start))

    def _do_visual(self, command: Command, text: str, at: int) -> Changed | None:
        """What a command makes of what is selected; None if it is a motion."""
        selected, key, before = self.selected(text), command.key, Changed(text, at)
        assert selected is not None
        if command.character and command.key != "r" and key not in "ftFT":
            return self._select_object(command, text, at)
        match key:
            case "v" | "V":
                mode = Mode.visual if key == "v" else Mode.lines
                self.mode = Mode.normal if self.mode is mode else mode
                return before
            case "o":
                self._anchor, at = at, self._anchor
                return Changed(text, at)
        if (motion := self._targets.of(command, text, at)) is not None:
            at = motion.at
            return Changed(text, min(at, len(text)))
        self._to_normal()
        return self._change_selected(key, selected, command, before)

    def _select_object(self, command: Command, text: str, at: int) -> Changed:
        part = operated(self._targets, command._replace(operator="y"), text, at)
        if part is None or part.start == part.end:
            return Changed(text, at)
        self._anchor = part.start
        return Changed(text, part.end - 1)

    def _change_selected(
        self, key: str, selected: Range, command: Command, before: Changed
    ) -> Changed | None:
        text = before.text
        if key.isupper() and key in "XDCSY":
            start, end = selected.start, selected.end
            selected = Range(lines.start(text, start), lines.end(text, end), True)
        if operator := _SELECTED.get(key):
            done = self._operate(operator, selected, command, before)
            self._forget_repeat(operator)
            return done
        match key:
            case "p" | "P":
                kept = self._register
                self._register = changes.taken(text, selected)
                done = changes.delete(text, selected)
                if not (selected.whole_lines and not done.text):
                    before_it = not selected.whole_lines
                    done = changes.put(done.text, done.at, kept, 1, before=before_it)
                else:
                    done = Changed(kept.text, 0)
            case "r":
                replaced = "".join(
                    c if c == "\n" else command.character
                    for c in text[selected.start : selected.end]
                )
                done = Changed(
                    text[: selected.start] + replaced + text[selected.end :],
                    selected.start,
                )
            case "J":
                count = text.count("\n", selected.start, selected.end) + 1
                done = changes.join(text, selected.start, count)
            case "~" | "u" | "U":
                done = changes.swap_case(text, selected)
            case _:
                return None
        if done.text != text:
            self._undo.changed(before, done.text)
        return done

    def _forget_repeat(self, operator: str) -> None:
        """What was done to a selection is not repeated elsewhere."""
        if operator == "d":
            self._last = None
        elif operator == "c":
            self._begun = Command("i")


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

_SELECTED = {
    **dict.fromkeys("xXdD", "d"),
    **dict.fromkeys("sScC", "c"),
    **dict.fromkeys("yY", "y"),
}
"""What becomes of a selection."""


def _begin_insert(key: str, text: str, at: int) -> Changed:
    match key:
        case "a":
            return Changed(text, min(at + 1, lines.end(text, at)))
        case "I":
            return Changed(text, lines.first_word(text, at))
        case "A":
            return Changed(text, lines.end(text, at))
        case "o" | "O":
            return changes.open_line(text, at, above=key == "O")
    return Changed(text, at)


def _written(began: Changed, text: str) -> str:
    """What was written at one place; "" if something else was done."""
    before, after = began.text[: began.at], began.text[began.at :]
    room = len(text) - len(after)
    if room < len(before) or not (text.startswith(before) and text.endswith(after)):
        return ""
    return text[len(before) : room]


def _resting(text: str, at: int) -> int:
    """On a character of the line, where there is one."""
    at = min(at, len(text))
    return min(at, lines.last(text, at))
