"""Vim's changes, with what they take and what of them is remembered."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.ui.vim import changes, lines
from llmtui.ui.vim.changes import Changed, Range, Register
from llmtui.ui.vim.command import Command
from llmtui.ui.vim.undo import Undo


class Repeatable(NamedTuple):
    """A change, and what was written in it."""

    command: Command
    written: str = ""


class Editing:
    """Changes texts, and knows the last change and what was taken last."""

    def __init__(self) -> None:
        self.register = Register()
        self.undo = Undo()
        self.last: Repeatable | None = None

    def operate(
        self, operator: str, part: Range, command: Command, before: Changed
    ) -> Changed:
        """Delete or yank a part, or take it out to be written anew."""
        text = before.text
        if part.end > part.start or part.whole_lines:
            self.register = changes.taken(text, part)
        if operator == "y":
            return Changed(text, part.start if part.cursor is None else part.cursor)
        if operator == "c":
            return Changed(text[: part.start] + text[part.end :], part.start)
        return self._done(command, before, changes.delete(text, part))

    def change(self, command: Command, before: Changed) -> Changed | None:
        """Put, replace, join or swap case; None if a command is none of these."""
        text, at = before
        times = command.times
        match command.key:
            case "p":
                done = changes.put(text, at, self.register, times, before=False)
            case "P":
                done = changes.put(text, at, self.register, times, before=True)
            case "r":
                done = changes.replace(text, at, command.character, times)
            case "J":
                done = changes.join(text, at, times)
            case "~":
                end = min(at + times, lines.end(text, at))
                done = changes.mapped(text, Range(at, end), str.swapcase)
                done = done._replace(at=end)
            case _:
                return None
        return self._done(command, before, done)

    def change_selected(
        self, command: Command, part: Range, before: Changed
    ) -> Changed | None:
        """The same, and capitals, with what is selected; it cannot be repeated."""
        text = before.text
        match command.key:
            case "p" | "P":
                done = changes.put_over(text, part, self.register)
                self.register = changes.taken(text, part)
            case "r":
                done = changes.fill(text, part, command.character)
            case "J":
                count = text.count("\n", part.start, part.end) + 1
                done = changes.join(text, part.start, count)
            case "~" | "u" | "U" as key:
                done = changes.mapped(text, part, _CASES[key])
            case _:
                return None
        self.undo.changed(before, done.text)
        return done

    def _done(self, command: Command, before: Changed, done: Changed) -> Changed:
        if done.text != before.text:
            self.undo.changed(before, done.text)
            self.last = Repeatable(command)
        return done


_CASES = {"~": str.swapcase, "u": str.lower, "U": str.upper}
