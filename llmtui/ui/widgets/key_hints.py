"""The footer: what the keys do now."""

from __future__ import annotations

from collections.abc import Iterator

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
    """One line of keys: those of the widget that has the focus, which shows them as
    bindings with a description, then those of the table of commands.

    Those that matter less (further down the table) go first where the width
    doesn't hold all; "quit" always stays.
    """

    stoppable: reactive[bool] = reactive(False)
    """Something goes on that can be stopped."""
    in_log: reactive[bool] = reactive(False)
    """The message log has the focus."""
    own: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Keys that the widget with the focus hears itself, and what they do there."""

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._focused)

    def _focused(self, widget: Widget | None) -> None:
        self.in_log = isinstance(widget, MessageLog)
        self.own = tuple(own_keys(widget)) if widget is not None else ()

    def render(self) -> Content:
        now = [BY_ID[name] for name in FOOTER if self._now(BY_ID[name])]
        taken = ["", *(key for key, _ in self.own)]
        hints = [(key, c.label) for c in now if (key := self._key(c)) not in taken]
        parts = fitting([*self.own, *hints], self.size.width)
        return Content(" " * GAP).join(
            [Content.assemble((key, "bold"), f" {label}") for key, label in parts]
        )

    def _now(self, command: Command) -> bool:
        if command.footer is When.stoppable:
            return self.stoppable
        if command.footer is When.log:
            return self.in_log
        in_input = not (self.in_log or self.own)
        return in_input or command.id not in ("newline", "new")

    def _key(self, command: Command) -> str:
        """Its key where the focus is; "" if it has none there."""
        keys = keymap().keys(command.id)
        here = (*keys.in_log, *keys.everywhere) if self.in_log else keys.everywhere
        return key_name(here[0]) if here else ""


def own_keys(widget: Widget) -> Iterator[tuple[str, str]]:
    """The keys that a widget, or what it is in on its screen, says it has."""
    for node in widget.ancestors_with_self:
        if node is widget.screen:
            return
        for binding in node._bindings.shown_keys:
            yield key_name(binding.key), binding.description


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
