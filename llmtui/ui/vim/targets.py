"""Where a command leads, and what an operator takes."""

from __future__ import annotations

from llmtui.ui.vim import lines, motions
from llmtui.ui.vim.changes import Range
from llmtui.ui.vim.command import Command
from llmtui.ui.vim.motions import FINDS, Find, Kind, Motion
from llmtui.ui.vim.objects import OBJECTS, text_object

_FAR = 1 << 30
"""The column of who went to the end of a line."""


class Targets:
    """Remembers what was looked for last, and the column that j and k keep to."""

    def __init__(self) -> None:
        self._find: Find | None = None
        self._column: tuple[int, int] | None = None
        """A column, and the place of the cursor that keeps to it."""

    def of(self, command: Command, text: str, at: int) -> Motion | None:
        """Where a motion leads; None if nowhere, or if it is none."""
        if command.key in ("j", "k"):
            return self._row(command, text, at)
        found = self._place(command, text, at)
        if command.key == "$" and found:
            self._column = _FAR, max(lines.start(text, found.at), found.at - 1)
        return found

    def _place(self, command: Command, text: str, at: int) -> Motion | None:
        key, times = command.key, command.times
        if key in FINDS:
            self._find = Find(key, command.character)
            return motions.find(self._find, text, at, times)
        if key in (";", ","):
            if self._find is None:
                return None
            wanted = self._find if key == ";" else motions.opposite(self._find)
            return motions.find(wanted, text, at, times, again=True)
        if key == "gg":
            return motions.to_line(text, times - 1)
        if key in motions.MOTIONS:
            return motions.motion(key, text, at, command.number)
        return None

    def _row(self, command: Command, text: str, at: int) -> Motion | None:
        times = command.times if command.key == "j" else -command.times
        row = motions.down(text, at, times)
        if row == at and not _moves(text, at, times):
            return None
        column = at - lines.start(text, at)
        if self._column and self._column[1] == at:
            column = self._column[0]
        place = min(row + column, lines.last(text, row))
        self._column = column, place
        return Motion(place, Kind.lines)


def _moves(text: str, at: int, times: int) -> bool:
    """Whether there is a line in that direction."""
    if times > 0:
        return lines.end(text, at) < len(text)
    return lines.start(text, at) > 0


def operated(targets: Targets, command: Command, text: str, at: int) -> Range | None:
    """What an operator takes; None if nothing."""
    key = command.key
    if key == command.operator:
        return _lines(command.times, text, at)
    if command.character and key in OBJECTS and command.character in ("i", "a"):
        found = text_object(command.character, key, text, at)
        return Range(*found) if found else None
    if command.operator == "c" and key in ("w", "W"):
        return _changed_word(command, text, at)
    motion = targets.of(command, text, at)
    if motion is None and key in ("e", "E"):
        motion = Motion(at, Kind.inclusive)  # the last character of all
    if motion is None:
        return None
    start, end = sorted((at, motion.at))
    if motion.kind is Kind.lines:
        return Range(lines.start(text, start), lines.end(text, end), True, start)
    if motion.kind is Kind.inclusive:
        end = min(end + 1, len(text))
    elif key in ("w", "W") and "\n" in text[start:end]:
        return Range(start, _last_word(text, start, end))
    return _as_lines(command, motion.kind, text, start, end)


def _lines(count: int, text: str, at: int) -> Range | None:
    """So many lines, or as many as there are from here on."""
    end = lines.end(text, motions.down(text, at, count - 1))
    if count > 1 and lines.end(text, at) == len(text):
        return None
    return Range(lines.start(text, at), max(end, lines.end(text, at)), True, at)


def _last_word(text: str, start: int, end: int) -> int:
    """``w`` to another line takes no blanks before the word that it leads to, and no
    line feed before them."""
    begin = lines.start(text, end)
    return end if text[begin:end].strip() else max(start, begin - 1)


def _as_lines(command: Command, kind: Kind, text: str, start: int, end: int) -> Range:
    """A part of several lines is taken as lines where vim takes it so."""
    if "\n" not in text[start:end]:
        return Range(start, end)
    indented = not text[lines.start(text, start) : start].strip()
    if kind is Kind.exclusive and end == lines.start(text, end):
        end -= 1
        if indented:
            return Range(lines.start(text, start), end, True)
        return Range(start, end)
    blank = not text[end : lines.end(text, end)].strip()
    if command.operator == "d" and indented and blank:
        return Range(lines.start(text, start), lines.end(text, end), True)
    return Range(start, end)


def _changed_word(command: Command, text: str, at: int) -> Range:
    """``cw`` takes the word and leaves the blanks behind it."""
    place = at
    for _ in range(command.times - 1):
        place = motions.next_word(text, place, command.key == "W")
    end = motions.run_end(text, place, command.key == "W")
    if end == place:  # on blanks: those
        stop = lines.end(text, at)
        while end < stop and text[end].isspace():
            end += 1
    return Range(at, max(end, at))
