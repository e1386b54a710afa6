"""The footer: what the keys do now."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.commands.command import Command, When
from llmtui.commands.keymap import keymap
from llmtui.commands.keys import key_name
from llmtui.commands.table import BY_ID, FOOTER
from llmtui.ui.widgets.log.view import MessageLog

GAP = 2
"""Cells between two keys."""


class KeyHints(Widget):
    """One line of keys, made from the table of commands.

    Those that matter less (further down the table) go first where the width
    doesn't hold all; "quit" always stays.
    """

    stoppable: reactive[bool] = reactive(False)
    """Something goes on that can be stopped."""
    in_log: reactive[bool] = reactive(False)
    """The message log has the focus."""

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._focused)

    def _focused(self, widget: Widget | None) -> None:
        self.in_log = isinstance(widget, MessageLog)

    def render(self) -> Content:
        now = [BY_ID[name] for name in FOOTER if self._now(BY_ID[name])]
        hints = [(key, c.label) for c in now if (key := self._key(c))]
        parts = fitting(hints, self.size.width)
        return Content(" " * GAP).join(
            [Content.assemble((key, "bold"), f" {label}") for key, label in parts]
        )

    def _now(self, command: Command) -> bool:
        if command.footer is When.stoppable:
            return self.stoppable
        if command.footer is When.log:
            return self.in_log
        return not (self.in_log and command.id in ("newline", "new"))

    def _key(self, command: Command) -> str:
        """Its key where the focus is; "" if it has none there."""
        keys = keymap().keys(command.id)
        here = (*keys.in_log, *keys.everywhere) if self.in_log else keys.everywhere
        return key_name(here[0]) if here else ""


def fitting(parts: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """As many of ``parts`` as ``width`` holds; the last one always stays.

    >>> fitting([("a", "one"), ("b", "two"), ("q", "quit")], 15)
    [('a', 'one'), ('q', 'quit')]
    """
    parts = list(parts)

    def needed() -> int:
        return sum(len(key) + len(label) + 1 + GAP for key, label in parts) - GAP

    while len(parts) > 1 and needed() > width:
        del parts[-2]
    return parts
