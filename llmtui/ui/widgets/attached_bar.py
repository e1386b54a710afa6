"""What is attached to the prompt that is written: one line of chips above the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from llmtui.sanitise import clean_line
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.attached_groups import Group

NAME_CELLS = 32
GAP = 2
TAKE_OFF = " x"
"""What a click takes a chip off by."""


class _Place(NamedTuple):
    """Where a chip is: columns, and its number."""

    start: int
    end: int
    number: int
    whole: bool
    """Whether it has room for what takes it off."""


class AttachedBar(Widget):
    """Each chip can be opened and taken off, by key and by mouse.

    Those that find no room are counted; the marked one is always in sight.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chip--marked", "chip--quiet"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("enter", "open", "open"),
        Binding("space", "open", show=False),
        Binding("delete", "take_off", "take off"),
        Binding("backspace,x", "take_off", show=False),
        Binding("escape", "leave", "leave"),
        Binding("down,tab", "leave", show=False),
    ]
    can_focus = True

    class Opened(Message):
        """Somebody wants to see what is in a chip."""

        def __init__(self, group: Group) -> None:
            super().__init__()
            self.group = group

    class TakenOff(Message):
        """Somebody wants it not to be attached."""

        def __init__(self, group: Group) -> None:
            super().__init__()
            self.group = group

    class Left(Message):
        """The focus goes back to the input."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: Sequence[Group] = ()
        self._total = ""
        self._at = 0
        self._places: list[_Place] = []
        """Where the chips in sight are."""
        self.display = False

    def show(self, groups: Sequence[Group], total: str) -> None:
        """Other chips; ``total`` says how much all of them are."""
        if (groups, total) == (self._groups, self._total):
            return
        self._groups, self._total = groups, total
        self._at = min(self._at, max(0, len(groups) - 1))
        self._places = []  # until they are painted, a click is meant for none
        self.display = bool(groups)
        if not groups and self.has_focus:
            self.post_message(self.Left())
        self.refresh()

    def render(self) -> Content:
        if not self._groups:
            return Content()
        quiet = self.get_visual_style("chip--quiet")
        total = self._total if len(self._groups) > 1 else ""
        if 2 * (cell_len(total) + GAP) > self.size.width or self._fits_without(total):
            total = ""
        line = self._line(self.size.width - (cell_len(total) + GAP if total else 0))
        gap = " " * (self.size.width - line.cell_length - cell_len(total))
        return Content.assemble(line, (gap + total, quiet)) if total else line

    def _fits_without(self, total: str) -> bool:
        """Whether all chips are in sight only where the total is not."""
        chips = [self._chip(one, at).cell_length for at, one in enumerate(self._groups)]
        width = sum(chips) + GAP * (len(chips) - 1)
        return width <= self.size.width < width + GAP + cell_len(total)

    def _line(self, room: int) -> Content:
        """As many chips as there is room for, and how many there are beside them."""
        shown: list[Content] = []
        self._places, column, first = [], 0, self._first(room)
        for number, group in enumerate(self._groups[first:], first):
            chip, rest = self._chip(group, number), len(self._groups) - number
            left = room - column - (len(f"+{rest - 1}") + GAP if rest > 1 else 0)
            whole = chip.cell_length <= left
            if not whole and number > first:
                more = self.get_visual_style("chip--quiet")
                shown.append(Content.styled(f"+{rest}", more))
                break
            chip = chip if whole else chip.truncate(max(1, left), ellipsis=True)
            place = _Place(column, column + chip.cell_length, number, whole)
            self._places.append(place)
            shown.append(chip)
            column = place.end + GAP
        return Content(" " * GAP).join(shown)

    def _first(self, room: int) -> int:
        """The first chip in sight: so that the marked one is."""
        first = self._at
        width = self._chip(self._groups[first], first).cell_length
        while first and self.has_focus:
            width += self._chip(self._groups[first - 1], first - 1).cell_length + GAP
            if width + 6 > room:
                break
            first -= 1
        return first if self.has_focus else 0

    def _chip(self, group: Group, number: int) -> Content:
        name = shortened(clean_line(group.name), NAME_CELLS)
        quiet = self.get_visual_style("chip--quiet")
        chip = Content.assemble(name, (f" {group.words}{TAKE_OFF}", quiet))
        if self.has_focus and number == self._at:
            chip = chip.stylize(self.get_visual_style("chip--marked"))
        return chip

    # -- keys and mouse --------------------------------------------------------------

    def focus_on_click(self) -> bool:
        """A click is meant for the chip that is there, before the focus moves them."""
        return False

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_move(self, step: int) -> None:
        self._at = (self._at + step) % max(1, len(self._groups))
        self.refresh()

    def action_open(self) -> None:
        if self._groups:
            self.post_message(self.Opened(self._groups[self._at]))

    def action_take_off(self) -> None:
        if self._groups:
            self.post_message(self.TakenOff(self._groups[self._at]))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    async def _on_click(self, event: events.Click) -> None:
        event.stop()
        column = event.get_content_offset_capture(self).x
        for place in self._places:
            if place.start <= column < place.end:
                group = self._groups[place.number]
                takes_off = place.whole and column >= place.end - len(TAKE_OFF)
                self.post_message(
                    self.TakenOff(group) if takes_off else self.Opened(group)
                )
